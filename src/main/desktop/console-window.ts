import { app, BrowserWindow, dialog, nativeTheme } from 'electron';
import type { WindowPlace } from './window-places';

export interface ConsoleWindowOptions {
  url: string;
  /** The built preload. */
  preload: string;
  /** Until the page says what it shows. */
  title: string;
  /** Where to open; the middle of the screen otherwise. */
  place?: WindowPlace;
  /** Take the whole screen, without a menu bar. */
  fullScreen?: boolean;
  /** Called when there is something to see. */
  onShown?: () => void;
  /** Tells what befell the page, for the log. */
  onTrouble: (what: string, details: object) => void;
}

/** Crashes of a page within CRASH_WINDOW_MS after which it is not started again by itself. */
const CRASHES_ALLOWED = 3;
const CRASH_WINDOW_MS = 60_000;

const DEFAULT_SIZE = { width: 1440, height: 900 };

/** The colours behind the page until it has drawn itself. */
const BACKGROUND = { dark: '#0f1217', light: '#f6f7f9' };

/** Opens a window with the console in it: sandboxed, isolated, and shown when there is something to see. */
export function openConsoleWindow(options: ConsoleWindowOptions): BrowserWindow {
  const { url, preload, title, place, fullScreen = false, onShown, onTrouble } = options;
  const window = new BrowserWindow({
    title,
    ...(place ? { x: place.x, y: place.y, width: place.width, height: place.height } : DEFAULT_SIZE),
    minWidth: 1024,
    minHeight: 640,
    show: false,
    autoHideMenuBar: fullScreen,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  window.once('ready-to-show', () => {
    if (place?.maximized) window.maximize();
    window.show();
    if (fullScreen) window.setFullScreen(true);
    onShown?.();
  });
  restartCrashedPage(window, onTrouble);
  askWhenUnresponsive(window, onTrouble);
  void window.loadURL(url);
  return window;
}

/** A crashed page starts again by itself, unless it keeps crashing: then a person decides. */
function restartCrashedPage(window: BrowserWindow, onTrouble: ConsoleWindowOptions['onTrouble']): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    onTrouble('the page crashed', { reason: details.reason, exitCode: details.exitCode });
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (crashes.length <= CRASHES_ALLOWED) window.webContents.reload();
    else void askAfterCrashes(window);
  });
}

async function askAfterCrashes(window: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The console keeps crashing.',
    detail: `It crashed ${CRASHES_ALLOWED + 1} times within a minute. Nothing in Redis is affected. Help > Open logs has what is known.`,
    buttons: ['Try again', 'Close the window'],
    defaultId: 0,
    cancelId: 1,
  });
  if (window.isDestroyed()) return;
  if (response === 0) window.webContents.reload();
  else window.destroy();
}

function askWhenUnresponsive(window: BrowserWindow, onTrouble: ConsoleWindowOptions['onTrouble']): void {
  let asking = false;
  window.on('unresponsive', () => {
    onTrouble('the page does not respond', {});
    if (asking) return;
    asking = true;
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: 'The console does not respond.',
        buttons: ['Wait', 'Reload'],
        defaultId: 0,
        cancelId: 0,
      })
      .then(({ response }) => {
        asking = false;
        if (response === 1 && !window.isDestroyed()) window.webContents.reload();
      });
  });
}
