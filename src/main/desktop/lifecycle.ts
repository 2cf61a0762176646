import { app } from 'electron';

/** How long the core may take to close before the process ends without it (ms). */
const CLOSE_WITHIN_MS = 1_800;

/**
 * Keeps this to one process per person: a second start tells the first one what it was started with and where, and
 * ends.
 */
export function claimSingleInstance(onSecondStart: (argv: string[], folder: string) => void): boolean {
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return false;
  }
  app.on('second-instance', (_event, argv, folder) => onSecondStart(argv, folder));
  return true;
}

/**
 * Ends in order: the core closes its connections and any server that it started, and then the process ends, in
 * less than two seconds whatever happens. On macOS an application without windows lives on, elsewhere it ends.
 */
export function quitInOrder(close: () => Promise<void>): void {
  let closing = false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    const deadline = setTimeout(() => app.exit(1), CLOSE_WITHIN_MS);
    close().then(
      () => {
        clearTimeout(deadline);
        app.exit(0);
      },
      () => app.exit(1),
    );
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
}
