import type { MenuItemConstructorOptions } from 'electron';

/** What the menu can do that Electron's own roles do not. */
export interface MenuActions {
  newWindow: () => void;
  wallboard: () => void;
  print: () => void;
  saveAsPdf: () => void;
  openLogs: () => void;
  copyDiagnostics: () => void;
}

/** For whom the menu is. */
export interface MenuSetting {
  platform: NodeJS.Platform;
  /** Not packaged: the tools of the page's developers are there. */
  developing: boolean;
  /** Null where the system has no one way of starting programs at login. */
  openAtLogin: { on: boolean; set: (on: boolean) => void } | null;
}

const SEPARATOR = { type: 'separator' } as const;

/** The menu bar, with the places and shortcuts that people of each platform expect. */
export function menuTemplate(actions: MenuActions, setting: MenuSetting): MenuItemConstructorOptions[] {
  const mac = setting.platform === 'darwin';
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    fileMenu(actions, setting),
    { role: 'editMenu' },
    viewMenu(actions, setting),
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Open Logs', click: actions.openLogs },
        { label: 'Copy Diagnostics', click: actions.copyDiagnostics },
        ...(mac ? [] : [SEPARATOR, { role: 'about' } as const]),
      ],
    },
  ];
}

function fileMenu(actions: MenuActions, { platform, openAtLogin }: MenuSetting): MenuItemConstructorOptions {
  return {
    label: '&File',
    submenu: [
      { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: actions.newWindow },
      SEPARATOR,
      { label: 'Print…', accelerator: 'CmdOrCtrl+P', click: actions.print },
      { label: 'Save as PDF…', accelerator: 'CmdOrCtrl+Shift+P', click: actions.saveAsPdf },
      SEPARATOR,
      ...(openAtLogin ? [openAtLoginItem(openAtLogin), SEPARATOR] : []),
      { role: 'close' },
      ...(platform === 'darwin' ? [] : [{ role: 'quit' } as const]),
    ],
  };
}

function viewMenu({ wallboard }: MenuActions, { developing }: MenuSetting): MenuItemConstructorOptions {
  return {
    label: '&View',
    submenu: [
      { label: 'Wallboard', accelerator: 'CmdOrCtrl+Shift+W', click: wallboard },
      SEPARATOR,
      { role: 'reload' },
      ...(developing ? [{ role: 'toggleDevTools' } as const] : []),
      SEPARATOR,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      SEPARATOR,
      { role: 'togglefullscreen' },
    ],
  };
}

/** Off until somebody wants it. */
function openAtLoginItem({ on, set }: NonNullable<MenuSetting['openAtLogin']>): MenuItemConstructorOptions {
  return { label: 'Open at Login', type: 'checkbox', checked: on, click: ({ checked }) => set(checked) };
}
