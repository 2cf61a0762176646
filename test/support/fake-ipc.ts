import { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainEvent, WebContents, WebFrameMain } from 'electron';
import { createIpcWire, type IpcPort } from '../../src/shared/ipc-wire';
import type { Wire } from '../../src/shared/transport';

/** Electron's `ipcMain` without Electron: enough of it to carry messages, cloned as the real one clones them. */
export function createFakeIpcMain() {
  const emitter = new EventEmitter();
  const handlers = new Map<string, (event: IpcMainEvent, ...args: unknown[]) => unknown>();
  const ipcMain = Object.assign(emitter, {
    handle: (channel: string, handler: (event: IpcMainEvent, ...args: unknown[]) => unknown) => {
      handlers.set(channel, handler);
    },
    removeHandler: (channel: string) => void handlers.delete(channel),
  });
  return {
    ipcMain: ipcMain as unknown as IpcMain,
    handlers,
    call: async (channel: string, event: IpcMainEvent, args: unknown[]) => {
      const handler = handlers.get(channel);
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      return structuredClone(await handler(event, ...structuredClone<unknown[]>(args)));
    },
    emit: (channel: string, event: IpcMainEvent, args: unknown[]) =>
      emitter.emit(channel, event, ...structuredClone<unknown[]>(args)),
  };
}

export interface FakePage {
  wire: Wire;
  contents: WebContents;
  /** Sends on any channel, as a page without our preload's manners could. */
  send: (channel: string, ...args: unknown[]) => void;
  /** Listeners that the main process keeps on this page. */
  listenerCount: (event: string) => number;
  /** The page is left or reloaded, crashes, or its window closes. */
  navigate: () => void;
  crash: () => void;
  destroy: () => void;
}

/** One window's page with its preload on a fake `ipcMain`. */
export function openFakePage(
  main: ReturnType<typeof createFakeIpcMain>,
  frame: Partial<WebFrameMain> = {},
): FakePage {
  const contents = new EventEmitter();
  const renderer = new EventEmitter();
  let destroyed = false;
  const toPage = (channel: string, ...args: unknown[]) => {
    if (destroyed) throw new TypeError('Object has been destroyed');
    renderer.emit(channel, {}, ...structuredClone<unknown[]>(args));
  };
  Object.assign(contents, { send: toPage, isDestroyed: () => destroyed });
  const senderFrame = {
    url: 'switchboard-app://console/',
    parent: null,
    detached: false,
    send: toPage,
    ...frame,
  };
  const event = { sender: contents, senderFrame } as unknown as IpcMainEvent;
  const port: IpcPort = {
    invoke: (channel, ...args) => main.call(channel, event, args),
    send: (channel, ...args) => void main.emit(channel, event, args),
    on: (channel, listener) => renderer.on(channel, listener),
  };
  return {
    wire: createIpcWire(port, `page-${Math.random()}`),
    contents: contents as unknown as WebContents,
    send: (channel, ...args) => port.send(channel, ...args),
    listenerCount: (name) => contents.listenerCount(name),
    navigate: () => void contents.emit('did-navigate'),
    crash: () => void contents.emit('render-process-gone'),
    destroy: () => {
      destroyed = true;
      contents.emit('destroyed');
    },
  };
}
