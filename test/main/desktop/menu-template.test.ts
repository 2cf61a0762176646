import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { type MenuActions, type MenuSetting, menuTemplate } from '../../../src/main/desktop/menu-template';

const nothing = () => undefined;
const ACTIONS: MenuActions = {
  newWindow: nothing,
  wallboard: nothing,
  print: nothing,
  saveAsPdf: nothing,
  openLogs: nothing,
  copyDiagnostics: nothing,
};
const PLATFORMS = ['linux', 'win32', 'darwin'] as const;

function itemsOf(setting: Partial<MenuSetting>): MenuItemConstructorOptions[] {
  const all: MenuItemConstructorOptions[] = [];
  const collect = (items: MenuItemConstructorOptions[]) => {
    for (const item of items) {
      all.push(item);
      if (Array.isArray(item.submenu)) collect(item.submenu);
    }
  };
  collect(menuTemplate(ACTIONS, { platform: 'linux', developing: false, openAtLogin: null, ...setting }));
  return all;
}

const rolesOf = (setting: Partial<MenuSetting>) =>
  itemsOf(setting).flatMap(({ role }) => (role ? [role] : []));

describe.each(PLATFORMS)('the menu on %s', (platform) => {
  it('has everything that people look for', () => {
    expect(rolesOf({ platform })).toEqual(
      expect.arrayContaining([
        'editMenu',
        'zoomIn',
        'zoomOut',
        'resetZoom',
        'togglefullscreen',
        'close',
        'reload',
      ]),
    );
    const labels = itemsOf({ platform }).map(({ label }) => label);
    expect(labels).toEqual(
      expect.arrayContaining([
        'New Window',
        'Wallboard',
        'Print…',
        'Save as PDF…',
        'Open Logs',
        'Copy Diagnostics',
      ]),
    );
  });

  it('gives no shortcut twice', () => {
    const shortcuts = itemsOf({ platform }).flatMap(({ accelerator }) => (accelerator ? [accelerator] : []));
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it('has the about box and the end where they belong', () => {
    const mac = platform === 'darwin';
    const roles = rolesOf({ platform });
    // On macOS both are in the application's own menu.
    expect([roles.includes('appMenu'), roles.includes('about'), roles.includes('quit')]).toEqual([
      mac,
      !mac,
      !mac,
    ]);
  });

  it('has tools for developers only while developing', () => {
    expect(rolesOf({ platform })).not.toContain('toggleDevTools');
    expect(rolesOf({ platform, developing: true })).toContain('toggleDevTools');
  });
});

describe('opening at login', () => {
  it('is not offered where the system has no one way of it', () => {
    expect(itemsOf({}).map(({ label }) => label)).not.toContain('Open at Login');
  });

  it('is off until somebody wants it, and then set as the mark says', () => {
    const chosen: boolean[] = [];
    const item = itemsOf({
      platform: 'win32',
      openAtLogin: { on: false, set: (on) => chosen.push(on) },
    }).find(({ label }) => label === 'Open at Login');
    expect(item).toMatchObject({ type: 'checkbox', checked: false });
    for (const checked of [true, false]) item?.click?.({ checked } as Electron.MenuItem, undefined, {});
    expect(chosen).toEqual([true, false]);
  });
});
