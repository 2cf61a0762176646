import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** What the menu can do that Electron's own roles do not. */
export interface MenuActions {
  newWindow: () => void;
  openWallboard: () => void;
  openLogs: () => void;
  copyDiagnostics: () => void;
}

/** The menu bar, with the places and shortcuts that people of each platform expect. */
export function setApplicationMenu(actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, process.platform, !app.isPackaged)));
}

/** The menu as data. */
export function menuTemplate(
  actions: MenuActions,
  platform: NodeJS.Platform,
  developing: boolean,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const separator = { type: 'separator' } as const;
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: actions.newWindow },
        { label: 'Wallboard', accelerator: 'CmdOrCtrl+Shift+W', click: actions.openWallboard },
        separator,
        { role: 'close' },
        ...(mac ? [] : [separator, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...(developing ? [{ role: 'toggleDevTools' } as const] : []),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Open Logs', click: actions.openLogs },
        { label: 'Copy Diagnostics', click: actions.copyDiagnostics },
        ...(mac ? [] : [separator, { role: 'about' } as const]),
      ],
    },
  ];
}
