import { EventEmitter } from 'node:events';
import { app } from './app';
import { preventable } from './events';
import { StandInWebContents } from './web-contents';

type UsedOfBrowserWindow =
  | 'id'
  | 'loadURL'
  | 'show'
  | 'hide'
  | 'focus'
  | 'close'
  | 'destroy'
  | 'restore'
  | 'minimize'
  | 'isMinimized'
  | 'isVisible'
  | 'isFocused'
  | 'isDestroyed'
  | 'getTitle'
  | 'getBounds'
  | 'getNormalBounds'
  | 'setBounds'
  | 'isMaximized'
  | 'maximize'
  | 'isFullScreen'
  | 'setFullScreen';

const windows = new Set<BrowserWindow>();
app.openWindows = () => [...windows];

/** A window that nobody sees: its page runs in the stand-in's browser, its state is kept here. */
export class BrowserWindow extends EventEmitter implements Pick<Electron.BrowserWindow, UsedOfBrowserWindow> {
  readonly webContents: StandInWebContents;
  private visible: boolean;
  private minimized = false;
  private maximized = false;
  private fullScreen: boolean;
  private destroyed = false;
  private bounds: Electron.Rectangle;
  private title: string;

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return [...windows].find((window) => window.isFocused()) ?? null;
  }

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    const { x = 0, y = 0, width = 800, height = 600, webPreferences } = options;
    this.bounds = { x, y, width, height };
    this.title = options.title ?? '';
    this.visible = options.show !== false;
    this.fullScreen = options.fullscreen === true;
    this.webContents = new StandInWebContents(webPreferences?.preload);
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.webContents.on('page-title-updated', (_event: unknown, title: string) => (this.title = title));
    windows.add(this);
  }

  get id(): number {
    return this.webContents.id;
  }

  loadURL(url: string): Promise<void> {
    // A window that closes while it loads is no failure of the one who opened it.
    return this.webContents.loadURL(url).catch((fault: unknown) => {
      if (!this.destroyed) throw fault;
    });
  }

  show(): void {
    this.visible = true;
    this.emit('show');
    this.focus();
  }

  hide(): void {
    this.visible = false;
    this.emit('hide');
  }

  focus(): void {
    windows.delete(this);
    windows.add(this); // the last one is in front
    this.emit('focus');
  }

  close(): void {
    if (this.destroyed) return;
    const event = preventable();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    windows.delete(this);
    void this.webContents.destroy();
    this.emit('closed');
    if (windows.size === 0 && !app.isQuitting()) app.emit('window-all-closed');
  }

  restore(): void {
    this.minimized = false;
    this.emit('restore');
  }

  minimize(): void {
    this.minimized = true;
    this.emit('minimize');
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  isVisible(): boolean {
    return this.visible && !this.minimized;
  }

  isFocused(): boolean {
    return this.visible && [...windows].at(-1) === this;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  getTitle(): string {
    return this.title;
  }

  getNormalBounds(): Electron.Rectangle {
    return { ...this.bounds };
  }

  getBounds(): Electron.Rectangle {
    return { ...this.bounds };
  }

  setBounds(bounds: Partial<Electron.Rectangle>): void {
    this.bounds = { ...this.bounds, ...bounds };
    this.emit('resize');
    this.emit('move');
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  maximize(): void {
    this.maximized = true;
    this.emit('maximize');
  }

  isFullScreen(): boolean {
    return this.fullScreen;
  }

  setFullScreen(on: boolean): void {
    this.fullScreen = on;
    this.emit(on ? 'enter-full-screen' : 'leave-full-screen');
  }
}
