import { app, Menu } from 'electron';
import { type MenuActions, menuTemplate } from './menu-template';

/** Puts the menu bar of this platform in place. */
export function setApplicationMenu(actions: MenuActions): void {
  const { platform } = process;
  const template = menuTemplate(actions, {
    platform,
    developing: !app.isPackaged,
    openAtLogin:
      platform === 'linux'
        ? null
        : {
            on: app.getLoginItemSettings().openAtLogin,
            set: (openAtLogin) => app.setLoginItemSettings({ openAtLogin }),
          },
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
