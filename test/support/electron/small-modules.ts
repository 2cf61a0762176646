import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

/** What dialogs were shown; the first button, or an answer that was queued, is taken. */
const shown: Electron.MessageBoxOptions[] = [];
const answers: number[] = [];

export const dialog = {
  showMessageBox: (...args: unknown[]): Promise<Electron.MessageBoxReturnValue> => {
    shown.push(args.at(-1) as Electron.MessageBoxOptions);
    return Promise.resolve({ response: answers.shift() ?? 0, checkboxChecked: false });
  },
  showErrorBox: (title: string, content: string): void => {
    console.error(`${title}: ${content}`);
  },
} satisfies Pick<Electron.Dialog, 'showMessageBox' | 'showErrorBox'>;

/** Nothing is opened; the tests ask what would have been. */
const opened: string[] = [];

export const shell = {
  openExternal: (url: string): Promise<void> => {
    opened.push(url);
    return Promise.resolve();
  },
  openPath: (path: string): Promise<string> => {
    opened.push(path);
    return Promise.resolve('');
  },
} satisfies Pick<Electron.Shell, 'openExternal' | 'openPath'>;

class StandInNativeTheme extends EventEmitter implements Pick<Electron.NativeTheme, 'shouldUseDarkColors'> {
  shouldUseDarkColors = false;
}
export const nativeTheme = new StandInNativeTheme();

/** A menu as its template says it; the tests click by label. */
class StandInMenu {
  static application: StandInMenu | null = null;
  constructor(readonly template: Electron.MenuItemConstructorOptions[]) {}

  static buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): StandInMenu {
    return new StandInMenu(template);
  }

  static setApplicationMenu(menu: StandInMenu | null): void {
    StandInMenu.application = menu;
  }

  static getApplicationMenu(): StandInMenu | null {
    return StandInMenu.application;
  }
}
export { StandInMenu as Menu };

/** What a utility process finds in its `process` that a child of Node does not. */
const PARENT_PORT = `process.parentPort = { postMessage: (message) => process.send(message) };
  process.once('disconnect', () => process.exit());`;

export const utilityProcess = {
  fork(program: string, args: string[] = []): Electron.UtilityProcess {
    return fork(program, args, {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(PARENT_PORT)}`],
      serialization: 'advanced',
    }) as unknown as Electron.UtilityProcess;
  },
};

/** For tests only: what nobody saw. */
export const standIn = { shown, answers, opened };
