import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** What the menu can do that Electron's own roles do not. */
export interface MenuActions {
  newWindow: () => void;
  saveAsPdf: () => void;
  openLogs: () => void;
  copyDiagnostics: () => void;
}

/** The menu bar, with the places and shortcuts that people of each platform expect. */
export function setApplicationMenu(actions: MenuActions): void {
  const template = menuTemplate(actions, process.platform, !app.isPackaged);
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function menuTemplate(
  actions: MenuActions,
  platform: NodeJS.Platform,
  developing: boolean,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    fileMenu(actions, platform),
    { role: 'editMenu' },
    viewMenu(developing),
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

const SEPARATOR = { type: 'separator' } as const;

function fileMenu(actions: MenuActions, platform: NodeJS.Platform): MenuItemConstructorOptions {
  return {
    label: '&File',
    submenu: [
      { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: actions.newWindow },
      { label: 'Save as PDF…', accelerator: 'CmdOrCtrl+Shift+P', click: actions.saveAsPdf },
      SEPARATOR,
      // Linux has no one way of starting programs at login.
      ...(platform === 'linux' ? [] : [openAtLogin(), SEPARATOR]),
      { role: 'close' },
      ...(platform === 'darwin' ? [] : [{ role: 'quit' } as const]),
    ],
  };
}

function viewMenu(developing: boolean): MenuItemConstructorOptions {
  return {
    label: '&View',
    submenu: [
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
function openAtLogin(): MenuItemConstructorOptions {
  return {
    label: 'Open at Login',
    type: 'checkbox',
    checked: app.getLoginItemSettings().openAtLogin,
    click: ({ checked }) => app.setLoginItemSettings({ openAtLogin: checked }),
  };
}
