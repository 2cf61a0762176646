import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/**
 * Looks for an update where the package names a feed, which it does only when it was built with one
 * (`SWITCHBOARD_UPDATE_URL`). A found one is installed at the next quit; nothing is fetched otherwise.
 */
export function checkForUpdates(onFault: (fault: unknown) => void): void {
  if (!app.isPackaged || !existsSync(join(process.resourcesPath, 'app-update.yml'))) return;
  import('electron-updater')
    // A CommonJS package: its getters are on the default export.
    .then(({ default: updater }) => updater.autoUpdater.checkForUpdatesAndNotify())
    .catch(onFault);
}
