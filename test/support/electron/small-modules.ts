import { fork } from 'node:child_process';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';

/** What dialogs were shown; the first button, or an answer that was queued, is taken. */
const shown: Electron.MessageBoxOptions[] = [];
const answers: number[] = [];

export const dialog = {
  showMessageBox: (...args: unknown[]): Promise<Electron.MessageBoxReturnValue> => {
    shown.push(args.at(-1) as Electron.MessageBoxOptions);
    return Promise.resolve({ response: answers.shift() ?? 0, checkboxChecked: false });
  },
  showSaveDialog: (): Promise<Electron.SaveDialogReturnValue> =>
    Promise.resolve({ canceled: true, filePath: '' }),
  showErrorBox: (title: string, content: string): void => {
    console.error(`${title}: ${content}`);
  },
} satisfies Pick<Electron.Dialog, 'showMessageBox' | 'showErrorBox' | 'showSaveDialog'>;

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

/** A menu as its template says it. */
class StandInMenu {
  static application: StandInMenu | null = null;
  readonly items: {
    label: string;
    role: string | undefined;
    submenu: StandInMenu | undefined;
    click: () => void;
  }[];

  constructor(template: Electron.MenuItemConstructorOptions[]) {
    this.items = template.map((item) => ({
      label: item.label ?? item.role ?? '',
      role: item.role,
      submenu: Array.isArray(item.submenu) ? new StandInMenu(item.submenu) : undefined,
      click: () => item.click?.(item as unknown as Electron.MenuItem, undefined, {}),
    }));
  }

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

const notifications: StandInNotification[] = [];
const trays: StandInTray[] = [];

/** A notification that only the tests see. */
class StandInNotification extends EventEmitter implements Pick<Electron.Notification, 'show'> {
  constructor(readonly options: Electron.NotificationConstructorOptions) {
    super();
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    notifications.push(this);
  }

  click(): void {
    this.emit('click');
  }
}
export { StandInNotification as Notification };

/** A tray that only the tests see. */
class StandInTray extends EventEmitter implements Pick<Electron.Tray, 'setToolTip'> {
  toolTip = '';

  constructor(_image: unknown) {
    super();
    trays.push(this);
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }

  click(): void {
    this.emit('click');
  }
}
export { StandInTray as Tray };

/** Pictures are looked for and not drawn. */
export const nativeImage = {
  createFromPath: (path: string) => {
    if (!existsSync(path)) throw new Error(`there is no picture at ${path}`);
    return { resize: () => ({}) };
  },
};

let copied = '';
export const clipboard = {
  writeText: (text: string): Promise<void> => {
    copied = text;
    return Promise.resolve();
  },
  readText: (): Promise<string> => Promise.resolve(copied),
} satisfies Pick<Electron.Clipboard, 'writeText' | 'readText'>;

/** A keyring whose key is no secret: it shows what is encrypted and what is not. STAND_IN_KEYRING=none takes it away. */
const key = Buffer.alloc(32, 'stand-in');
export const safeStorage = {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  getSelectedStorageBackend: () =>
    process.env['STAND_IN_KEYRING'] === 'none' ? 'basic_text' : 'gnome_libsecret',
  encryptStringAsync(plainText: string): Promise<Buffer> {
    const start = randomBytes(16);
    const cipher = createCipheriv('aes-256-ctr', key, start);
    return Promise.resolve(Buffer.concat([start, cipher.update(plainText), cipher.final()]));
  },
  decryptStringAsync(encrypted: Buffer): Promise<Electron.DecryptStringAsyncReturnValue> {
    const decipher = createDecipheriv('aes-256-ctr', key, encrypted.subarray(0, 16));
    const result = Buffer.concat([decipher.update(encrypted.subarray(16)), decipher.final()]).toString();
    return Promise.resolve({ result, shouldReEncrypt: false });
  },
} satisfies Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>;

/** Screens side by side, two unless the test says how many; the left one is the first. */
const displays = Array.from(
  { length: Number(process.env['STAND_IN_SCREENS'] ?? 2) },
  (_, index) => index,
).map((id) => ({ id, workArea: { x: id * 1920, y: 0, width: 1920, height: 1080 } }) as Electron.Display);
export const screen = {
  getAllDisplays: () => displays,
  getPrimaryDisplay: () => displays[0] as Electron.Display,
} satisfies Pick<Electron.Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;

/** What a utility process finds in its `process` that a child of Node does not. */
const PARENT_PORT = `process.parentPort = { postMessage: (message) => process.send(message) };
  process.once('disconnect', () => process.exit());`;

export const utilityProcess = {
  fork(program: string, args: string[] = [], { env }: Electron.ForkOptions = {}): Electron.UtilityProcess {
    return fork(program, args, {
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(PARENT_PORT)}`],
      serialization: 'advanced',
    }) as unknown as Electron.UtilityProcess;
  },
};

/** For tests only: what nobody saw. */
export const standIn = { shown, answers, opened, notifications, trays };
