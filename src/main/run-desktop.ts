import { join } from 'node:path';
import { app, type BrowserWindow, dialog, ipcMain, session } from 'electron';
import type { Dispatcher } from './api/dispatch';
import type { Caller } from './api/pipeline';
import { openConsoleWindow } from './desktop/console-window';
import { guardEveryPage, guardPermissions } from './desktop/guards';
import { claimSingleInstance, quitInOrder } from './desktop/lifecycle';
import { setApplicationMenu } from './desktop/menu';
import { declarePageScheme, PAGE_ORIGIN, PAGE_URL, servePage } from './desktop/page-scheme';
import { isTrustedSender } from './desktop/trusted-sender';
import type { Logger } from './lib/log';
import { serveIpc } from './transport/ipc';

/** The part of the product that has no window: what the desktop shows and whose end it waits for. */
export interface DesktopCore {
  dispatcher: Dispatcher;
  caller: Pick<Caller, 'actor' | 'role'>;
  /** Closes connections and ends what was started, a private Redis for example. */
  close: () => Promise<void>;
}

export interface DesktopOptions {
  /** Starts the core; it begins while Electron itself is still starting. */
  openCore: () => Promise<DesktopCore>;
  log: Logger;
}

const OUT = join(import.meta.dirname, '..');
const PRELOAD = join(OUT, 'preload', 'preload.cjs');
const PAGE_FOLDER = join(OUT, 'renderer');

/** Runs the desktop application: joins the core to Electron's windows. Everything else is in its own file. */
export function runDesktop({ openCore, log }: DesktopOptions): void {
  let window: BrowserWindow | null = null;
  const show = () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  };

  app.enableSandbox();
  declarePageScheme();
  if (!claimSingleInstance(show)) return;
  const { url, origins } = pageAddress();
  guardEveryPage(origins);

  const opening = openCore();
  quitInOrder(async () => (await opening).close());
  const open = () => {
    window = openConsoleWindow({
      url,
      preload: PRELOAD,
      title: 'Switchboard',
      onTrouble: (what, details) => log.error(details, what),
    });
    window.once('closed', () => (window = null));
  };

  Promise.all([opening, app.whenReady()]).then(
    ([{ dispatcher, caller }]) => {
      servePage(session.defaultSession, PAGE_FOLDER);
      guardPermissions(session.defaultSession, origins);
      serveIpc({
        ipcMain,
        log,
        door: (event) => (isTrustedSender(event, origins) ? { dispatcher, caller } : null),
      });
      setApplicationMenu();
      open();
      app.on('activate', () => (window ? show() : open()));
    },
    (fault: unknown) => {
      log.error({ err: fault }, 'could not start');
      dialog.showErrorBox(
        'Switchboard could not start',
        fault instanceof Error ? fault.message : String(fault),
      );
      app.exit(1);
    },
  );
}

/** Where the page comes from: the built one, or while developing the server that rebuilds it at each change. */
function pageAddress(): { url: string; origins: string[] } {
  const developing = process.env['ELECTRON_RENDERER_URL'];
  if (app.isPackaged || !developing) return { url: PAGE_URL, origins: [PAGE_ORIGIN] };
  return { url: developing, origins: [new URL(developing).origin] };
}
