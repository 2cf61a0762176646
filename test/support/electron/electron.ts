/**
 * A stand-in for the `electron` module: enough of it to run the built main process and preload where no Electron
 * runtime is to be had, on headless Chromium. What it cannot show is written in docs/decisions/0024.
 */
import * as electron from './surface';
import { listenToTest } from './control';

export * from './surface';

listenToTest(electron);
