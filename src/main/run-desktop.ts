import { release } from 'node:os';
import { join } from 'node:path';
import { app, clipboard, dialog, ipcMain, session, shell, type WebContents } from 'electron';
import type { Session } from '@shared/contract/session';
import trayIcon from '../../build/icon.png?asset';
import type { App } from './app';
import { createAttention } from './desktop/attention';
import { type ConsoleWindows, createConsoleWindows } from './desktop/console-windows';
import { LINK_SCHEME, placeInArguments, placeOfLink } from './desktop/deep-links';
import { guardEveryPage, guardPermissions } from './desktop/guards';
import { claimSingleInstance, quitInOrder } from './desktop/lifecycle';
import { readLogTail } from './desktop/log-file';
import { setApplicationMenu } from './desktop/menu';
import { declarePageScheme, PAGE_ORIGIN, PAGE_URL, servePage } from './desktop/page-scheme';
import { printPage, saveAsPdf } from './desktop/print';
import { placeOfScenario, scenarioInArguments } from './desktop/scenario-files';
import { isTrustedSender } from './desktop/trusted-sender';
import { checkForUpdates } from './desktop/updates';
import { openWindowPlaces } from './desktop/window-places';
import { lastingName, noteDeployment } from './desktop-deployments';
import { followFigures } from './desktop-figures';
import { writeDiagnostics } from './lib/diagnostics';
import type { Logger } from './lib/log';
import type { Startup } from './lib/startup';
import { VERSION } from './lib/version';
import { serveIpc } from './transport/ipc';

/** The part of the product that has no window, as far as the desktop uses it. */
export type DesktopCore = Pick<App, 'dispatcher' | 'caller' | 'deployment' | 'health' | 'close'>;

export interface DesktopOptions {
  /** Starts the core; it begins while Electron itself is still starting. */
  openCore: () => Promise<DesktopCore>;
  /** The pool that the tray shows. */
  pool: string;
  log: Logger;
  logFile: string;
  startup: Startup;
}

const OUT = join(import.meta.dirname, '..');
const PRELOAD = join(OUT, 'preload', 'preload.cjs');
const PAGE_FOLDER = join(OUT, 'renderer');

/** Runs the desktop application: joins the core to Electron's windows. Everything else is in its own file. */
export function runDesktop(options: DesktopOptions): void {
  const { openCore, log, startup } = options;
  app.enableSandbox();
  declarePageScheme();
  let windows: ConsoleWindows | null = null;
  let firstPlace: string | null = null;
  const show = (place: string | null) => {
    if (windows) windows.show(place ?? undefined);
    else firstPlace = place ?? firstPlace; // still starting: the first window opens there
  };
  if (!claimSingleInstance((argv, folder) => show(placeGiven(argv, folder, log)))) return;
  firstPlace = placeGiven(process.argv, process.cwd(), log);
  app.on('open-url', (event, link) => {
    event.preventDefault();
    show(placeOfLink(link));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    show(placeOfFile(path, log));
  });
  const { url, origins } = pageAddress();
  guardEveryPage(origins);

  const opening = openCore();
  quitInOrder(async () => (await opening).close());
  const coreReady = opening.then((core) => (startup.note('core'), core));
  const runtimeReady = app.whenReady().then(() => startup.note('runtime'));
  Promise.all([coreReady, runtimeReady]).then(
    ([core]) => {
      joinPage(core, origins, log, (contents, deployment) =>
        windows?.becomes(contents, lastingName(deployment)),
      );
      windows = createConsoleWindows({
        url,
        preload: PRELOAD,
        title: `Switchboard: ${core.deployment.name}`,
        deployment: lastingName(core.deployment),
        places: openWindowPlaces(join(app.getPath('userData'), 'window-places.json')),
        onShown: sayReadyOnce(startup, log),
        onTrouble: (what, details) => log.error(details, what),
      });
      windows.open(firstPlace ?? undefined);
      startup.note('window');
      furnish(windows, core, options);
    },
    (fault: unknown) => {
      log.error({ err: fault }, 'could not start');
      const why = fault instanceof Error ? fault.message : String(fault);
      dialog.showErrorBox('Switchboard could not start', why);
      app.exit(1);
    },
  );
}

/** The place that a command line names, by a link or a file. */
function placeGiven(argv: readonly string[], folder: string, log: Logger): string | null {
  const file = scenarioInArguments(argv, folder);
  return file === null ? placeInArguments(argv) : placeOfFile(file, log);
}

function placeOfFile(path: string, log: Logger): string | null {
  try {
    return placeOfScenario(path);
  } catch (fault) {
    log.warn({ err: fault }, 'a scenario file could not be opened');
    const why = fault instanceof Error ? fault.message : String(fault);
    dialog.showErrorBox('The scenario could not be opened', why);
    return null;
  }
}

/** Tells whoever started this program that there is something to see. */
function sayReadyOnce(startup: Startup, log: Logger): () => void {
  return () => {
    if (startup.times.picture !== undefined) return;
    startup.note('picture');
    log.info({ startup: startup.times }, 'the first window is there');
    process.stdout.write('Switchboard ready: desktop window\n');
  };
}

/** Serves the page and its messages, under guard. */
function joinPage(
  { dispatcher, caller }: DesktopCore,
  origins: readonly string[],
  log: Logger,
  onShows: (contents: WebContents, deployment: Session['deployment']) => void,
): void {
  servePage(session.defaultSession, PAGE_FOLDER);
  guardPermissions(session.defaultSession, origins);
  serveIpc({
    ipcMain,
    log,
    door(event) {
      if (!isTrustedSender(event, origins)) return null;
      const { sender } = event;
      return { dispatcher: noteDeployment(dispatcher, (shown) => onShows(sender, shown)), caller };
    },
  });
}

/** Menu, tray, links and updates: what is around the windows and can wait until the first one is on its way. */
function furnish(windows: ConsoleWindows, core: DesktopCore, { pool, log, logFile }: DesktopOptions): void {
  app.on('activate', () => windows.show());
  app.setAboutPanelOptions({
    applicationName: 'Switchboard',
    applicationVersion: VERSION,
    copyright: 'MIT licence',
  });
  setApplicationMenu({
    newWindow: () => windows.open(),
    wallboard: () => windows.showWallboard(),
    print: printPage,
    saveAsPdf: () => void saveAsPdf(),
    openLogs: () => void shell.openPath(app.getPath('logs')),
    copyDiagnostics: () => void clipboard.writeText(describe(core, logFile)),
  });
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  followFigures(
    core.dispatcher,
    core.caller,
    pool,
    createAttention(trayIcon, {
      console: () => windows.show(),
      alarms: () => windows.show('/alarms'),
    }),
  );
  checkForUpdates((fault) => log.warn({ err: fault }, 'could not look for updates'));
}

function describe({ deployment, health }: DesktopCore, logFile: string): string {
  const { electron, chrome, node } = process.versions;
  return writeDiagnostics({
    versions: {
      Switchboard: VERSION,
      Electron: electron,
      Chromium: chrome,
      Node: node,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
    deployment,
    connection: health(),
    logLines: readLogTail(logFile),
  });
}

/** Where the page comes from: the built one, or while developing the server that rebuilds it at each change. */
function pageAddress(): { url: string; origins: string[] } {
  const developing = process.env['ELECTRON_RENDERER_URL'];
  if (app.isPackaged || !developing) return { url: PAGE_URL, origins: [PAGE_ORIGIN] };
  return { url: developing, origins: [new URL(developing).origin] };
}
