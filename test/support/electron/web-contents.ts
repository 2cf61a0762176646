import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Frame, Page, Route } from 'playwright-core';
import { app } from './app';
import { fromBrowserUrl, toBrowserUrl } from './chromium';
import { preventable } from './events';
import { ipcMain } from './ipc-main';
import { BINDING, DELIVER, type PageMessage, pageScript } from './page-script';
import { defaultSession } from './session';

type WindowOpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0];

/** A frame of a page, as the sender of a message. */
class StandInFrame implements Pick<Electron.WebFrameMain, 'url' | 'detached' | 'send'> {
  readonly parent: object | null;

  constructor(private readonly frame: Frame) {
    this.parent = frame.parentFrame();
  }

  get url(): string {
    return fromBrowserUrl(this.frame.url());
  }

  get detached(): boolean {
    return this.frame.isDetached();
  }

  send(channel: string, ...args: unknown[]): void {
    deliver(this.frame, channel, args);
  }
}

/** Sends to a document; one that has gone meanwhile gets nothing, as in Electron. */
function deliver(frame: Frame, channel: string, args: unknown[]): void {
  frame
    .evaluate(
      ([name, to, values]) => {
        const receive = Reflect.get(globalThis, name) as
          ((to: string, values: unknown[]) => void) | undefined;
        receive?.(to, values);
      },
      [DELIVER, channel, structuredClone<unknown[]>(args)] as const,
    )
    .catch(() => undefined);
}

type UsedOfWebContents =
  | 'id'
  | 'send'
  | 'reload'
  | 'getURL'
  | 'getTitle'
  | 'isDestroyed'
  | 'setWindowOpenHandler'
  | 'executeJavaScript'
  | 'forcefullyCrashRenderer'
  | 'printToPDF'
  | 'print';

let lastId = 0;

/** One page of the stand-in's browser in the role of a `WebContents`. */
export class StandInWebContents
  extends EventEmitter
  implements Pick<Electron.WebContents, UsedOfWebContents>
{
  readonly id = ++lastId;
  private page: Promise<Page>;
  private current: Page | null = null;
  private readonly frames = new WeakMap<Frame, StandInFrame>();
  private openHandler: WindowOpenHandler = () => ({ action: 'allow' });
  private destroyed = false;
  private address = '';
  /** The address that main itself is loading; every other navigation is the page's doing. */
  private loading: string | null = null;

  constructor(private readonly preload: string | undefined) {
    super();
    this.page = this.openPage();
    app.emit('web-contents-created', {}, this);
  }

  async loadURL(url: string): Promise<void> {
    this.address = url;
    const page = await this.page;
    this.loading = toBrowserUrl(url, defaultSession.schemeNames());
    await page.goto(this.loading);
  }

  reload(): void {
    const gone = this.current === null;
    if (gone) this.page = this.openPage();
    const again = gone ? this.loadURL(this.address) : this.page.then((page) => page.reload());
    again.catch(() => undefined);
  }

  getURL(): string {
    return this.current ? fromBrowserUrl(this.current.url()) : '';
  }

  getTitle(): string {
    return this.address;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    if (this.current) deliver(this.current.mainFrame(), channel, args);
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.openHandler = handler;
  }

  async executeJavaScript(code: string): Promise<unknown> {
    return (await this.page).evaluate(code);
  }

  async printToPDF({
    landscape = false,
    printBackground = false,
  }: Electron.PrintToPDFOptions): Promise<Buffer> {
    return (await this.page).pdf({ landscape, printBackground });
  }

  /** There is no printer: the tests put their own in its place. */
  print(): void {}

  forcefullyCrashRenderer(): void {
    void this.page.then(async (page) => {
      const devtools = await page.context().newCDPSession(page);
      // The crash is also the end of the conversation that asked for it.
      await devtools.send('Page.crash').catch(() => undefined);
    });
  }

  async destroy(): Promise<void> {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('destroyed');
    await (await this.page).close().catch(() => undefined);
  }

  private async openPage(): Promise<Page> {
    const { context } = await app.browser();
    const page = await context.newPage();
    this.current = page;
    await page.exposeBinding(BINDING, ({ frame }, message: PageMessage) => this.receive(frame, message));
    if (this.preload) await page.addInitScript({ content: pageScript(readFileSync(this.preload, 'utf8')) });
    await page.route('**/*', (route) => this.answer(route));
    page.on('domcontentloaded', () => this.emit('dom-ready', {}));
    page.on('load', () => this.emit('did-finish-load'));
    page.on('crash', () => {
      this.current = null;
      void page.close().catch(() => undefined);
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });
    });
    // What a link with a target opened; Electron asks first, here it is gone as soon as it is seen.
    page.on('popup', (popup) => {
      void popup.close();
      this.askToOpen(popup.url());
    });
    return page;
  }

  private receive(frame: Frame, message: PageMessage): unknown {
    const senderFrame = this.frames.get(frame) ?? new StandInFrame(frame);
    this.frames.set(frame, senderFrame);
    const event = { sender: this, senderFrame, frameId: 0, processId: 0 } as unknown as Electron.IpcMainEvent;
    switch (message.kind) {
      case 'document':
        return void this.emit('did-navigate', {}, senderFrame.url, 200, 'OK');
      case 'title':
        return void this.emit(
          'page-title-updated',
          preventable({ title: message.title }),
          message.title,
          true,
        );
      case 'invoke':
        return ipcMain.receiveInvoke(message.channel, event, message.args);
      case 'send':
        return void ipcMain.emit(message.channel, event, ...message.args);
      case 'permission':
        return this.askPermission(message.permission, senderFrame.url);
      case 'open':
        return this.askToOpen(message.url);
    }
  }

  private askPermission(permission: string, requestingUrl: string): Promise<boolean> {
    const contents = this as unknown as Electron.WebContents;
    const details = { requestingUrl, isMainFrame: true } as Electron.PermissionRequest;
    return new Promise((resolve) => {
      defaultSession.permissionRequest(contents, permission as 'notifications', resolve, details);
    });
  }

  private askToOpen(url: string): void {
    this.openHandler({ url: fromBrowserUrl(url), disposition: 'new-window' } as Electron.HandlerDetails);
  }

  private async answer(route: Route): Promise<void> {
    const request = route.request();
    if (request.isNavigationRequest() && !this.mayNavigate(request.url(), request.frame()))
      return route.abort('aborted');
    const url = fromBrowserUrl(request.url());
    const handler = defaultSession.schemes.get(new URL(url).protocol.slice(0, -1));
    if (!handler) return route.continue();
    const body = request.postDataBuffer();
    const response = await handler(
      new Request(url, {
        method: request.method(),
        headers: await request.allHeaders().then(withoutPseudoHeaders),
        ...(body ? { body: new Uint8Array(body) } : {}),
      }),
    );
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  /** Asks as Electron asks: of every frame, and once more of the page itself; never of what main loads. */
  private mayNavigate(target: string, frame: Frame): boolean {
    const isMainFrame = frame.parentFrame() === null;
    if (isMainFrame && this.loading === target) {
      this.loading = null;
      return true;
    }
    const url = fromBrowserUrl(target);
    const event = preventable({ url, isMainFrame, isSameDocument: false });
    this.emit('will-frame-navigate', event);
    if (isMainFrame) this.emit('will-navigate', event, url);
    return !event.defaultPrevented;
  }
}

function withoutPseudoHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
}
