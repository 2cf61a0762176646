import { EventEmitter } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium, type StandInBrowser } from './chromium';
import { preventable } from './events';

type UsedOfApp =
  | 'isPackaged'
  | 'name'
  | 'whenReady'
  | 'isReady'
  | 'quit'
  | 'exit'
  | 'getPath'
  | 'getVersion'
  | 'enableSandbox'
  | 'setAboutPanelOptions'
  | 'setBadgeCount'
  | 'setAsDefaultProtocolClient'
  | 'getLoginItemSettings'
  | 'setLoginItemSettings'
  | 'requestSingleInstanceLock'
  | 'releaseSingleInstanceLock';

/** The parts of `app` that the application uses, with Electron's order of events when it ends. */
class StandInApp extends EventEmitter implements Pick<Electron.App, UsedOfApp> {
  readonly isPackaged = false;
  name = 'switchboard';
  /** Set by the windows' module; a quit closes them first. */
  openWindows: () => Iterable<{ close(): void }> = () => [];
  private readonly userData = argument('user-data-dir');
  private readonly starting: Promise<StandInBrowser>;
  private ready = false;
  private quitting = false;

  constructor() {
    super();
    mkdirSync(this.userData, { recursive: true });
    // A turn later, as a second instance leaves before Electron starts anything.
    this.starting = new Promise((resolve, reject) => {
      setImmediate(() => void launchChromium(this.userData).then(resolve, reject));
    });
    // As macOS hands over the link that it starts an application for.
    const link = process.env['STAND_IN_EARLY_LINK'];
    if (link !== undefined) setImmediate(() => this.emit('open-url', preventable(), link));
    void this.starting.then(({ context }) => {
      context.on('close', () => this.exit(1));
      this.ready = true;
      this.emit('ready', {}, {});
    });
  }

  browser(): Promise<StandInBrowser> {
    return this.starting;
  }

  async whenReady(): Promise<void> {
    await this.starting;
  }

  isReady(): boolean {
    return this.ready;
  }

  enableSandbox(): void {
    if (this.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  setAboutPanelOptions(): void {}

  /** For tests: the number on the application's icon. */
  badgeCount = 0;

  setBadgeCount(count = 0): boolean {
    this.badgeCount = count;
    return true;
  }

  setAsDefaultProtocolClient(): boolean {
    return true;
  }

  private openAtLogin = false;

  getLoginItemSettings(): Electron.LoginItemSettings {
    return { openAtLogin: this.openAtLogin } as Electron.LoginItemSettings;
  }

  setLoginItemSettings({ openAtLogin = false }: Electron.Settings): void {
    this.openAtLogin = openAtLogin;
  }

  getVersion(): string {
    return '0.0.0';
  }

  getPath(name: Parameters<Electron.App['getPath']>[0]): string {
    const path = name === 'userData' ? this.userData : join(this.userData, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  quit(): void {
    if (this.quitting) return;
    this.quitting = true;
    this.quitting = this.emitPreventable('before-quit') && this.closeWindows();
    if (!this.quitting) return;
    if (this.emitPreventable('will-quit')) this.exit(0);
  }

  exit(code = 0): void {
    this.emit('quit', {}, code);
    // Playwright ends its browser as this process exits.
    process.exit(code);
  }

  isQuitting(): boolean {
    return this.quitting;
  }

  requestSingleInstanceLock(): boolean {
    const lock = join(this.userData, 'stand-in-lock');
    if (!takeLock(lock)) {
      writeFileSync(join(this.userData, `second-instance-${process.pid}.json`), JSON.stringify(process.argv));
      return false;
    }
    process.on('exit', () => rmSync(lock, { force: true }));
    watch(this.userData, () => this.readSecondInstances()).unref();
    return true;
  }

  releaseSingleInstanceLock(): void {
    rmSync(join(this.userData, 'stand-in-lock'), { force: true });
  }

  private readSecondInstances(): void {
    for (const name of readdirSync(this.userData).filter((file) => file.startsWith('second-instance-'))) {
      const file = join(this.userData, name);
      const text = readFileSync(file, 'utf8');
      if (text === '') continue; // still being written; the next change brings it
      unlinkSync(file);
      this.emit('second-instance', {}, JSON.parse(text), process.cwd(), null);
    }
  }

  /** @returns whether every window let itself be closed */
  private closeWindows(): boolean {
    for (const window of this.openWindows()) window.close();
    return [...this.openWindows()].length === 0;
  }

  private emitPreventable(name: string): boolean {
    const event = preventable();
    this.emit(name, event);
    return !event.defaultPrevented;
  }
}

/** Takes the lock, also one whose owner died without giving it back. */
function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const owner = Number(readFileSync(lock, 'utf8'));
    try {
      process.kill(owner, 0);
      return false;
    } catch {
      writeFileSync(lock, String(process.pid));
      return true;
    }
  }
}

function argument(name: string): string {
  const prefix = `--${name}=`;
  const found = process.argv.find((text) => text.startsWith(prefix));
  if (!found) throw new Error(`the stand-in wants ${prefix}…`);
  return found.slice(prefix.length);
}

export const app = new StandInApp();
