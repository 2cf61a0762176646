import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { type Envelope, SwitchboardError, toErrorBody } from '@shared/errors';
import { IPC } from '@shared/ipc-wire';
import type { Unsubscribe } from '@shared/transport';
import type { Dispatcher } from '../api/dispatch';
import type { Caller } from '../api/pipeline';
import { newId } from '../lib/ids';
import type { Logger } from '../lib/log';

/** Where a trusted page's messages go, and in whose name. */
export interface IpcDoor {
  dispatcher: Dispatcher;
  caller: Pick<Caller, 'actor' | 'role'>;
}

export interface IpcOptions {
  ipcMain: Pick<IpcMain, 'handle' | 'removeHandler' | 'on' | 'off'>;
  /** The door for a message, or null for a sender that is not to be trusted. */
  door: (event: IpcMainEvent | IpcMainInvokeEvent) => IpcDoor | null;
  log: Logger;
}

/** More feeds than any page of ours opens; a page that leaks them is told so instead of slowing everyone. */
const MAX_SUBSCRIPTIONS = 64;

/** Serves the two verbs over Electron IPC. Subscriptions end with their page. @returns a function that ends all */
export function serveIpc({ ipcMain, door, log }: IpcOptions): () => void {
  const pages = new Map<WebContents, Page>();

  const admit = (event: IpcMainEvent | IpcMainInvokeEvent, what: unknown): IpcDoor => {
    const opened = door(event);
    if (opened) return opened;
    log.warn({ url: event.senderFrame?.url, asked: String(what).slice(0, 80) }, 'a foreign page was refused');
    throw new SwitchboardError(
      'forbidden',
      'Only the page of Switchboard itself may ask; this sender is not it.',
    );
  };

  const onInvoke = async (event: IpcMainInvokeEvent, operation: unknown, input: unknown) => {
    try {
      const { dispatcher, caller } = admit(event, operation);
      return await dispatcher.invoke(operation as string, input, { ...caller, host: 'ipc' });
    } catch (fault) {
      return refusal(fault);
    }
  };

  const onSubscribe = (event: IpcMainEvent, id: unknown, feed: unknown, input: unknown) => {
    if (typeof id !== 'string') return;
    try {
      const { dispatcher, caller } = admit(event, feed);
      const page = pages.get(event.sender) ?? watchPage(event.sender, pages);
      page.add(id, (deliver) =>
        dispatcher.subscribe(feed as string, input, { ...caller, host: 'ipc' }, deliver),
      );
    } catch (fault) {
      event.senderFrame?.send(IPC.event, id, refusal(fault));
    }
  };

  const onUnsubscribe = (event: IpcMainEvent, id: unknown) => {
    if (typeof id === 'string') pages.get(event.sender)?.end(id);
  };

  ipcMain.handle(IPC.invoke, onInvoke);
  ipcMain.on(IPC.subscribe, onSubscribe);
  ipcMain.on(IPC.unsubscribe, onUnsubscribe);
  return () => {
    ipcMain.removeHandler(IPC.invoke);
    ipcMain.off(IPC.subscribe, onSubscribe);
    ipcMain.off(IPC.unsubscribe, onUnsubscribe);
    for (const page of pages.values()) page.endAll();
  };
}

/** The subscriptions of one page. */
interface Page {
  add: (id: string, start: (deliver: (event: Envelope<unknown>) => void) => Unsubscribe) => void;
  end: (id: string) => void;
  endAll: () => void;
}

/** Follows a page until it is left, reloaded, crashed or closed, and ends its subscriptions with it. */
function watchPage(contents: WebContents, pages: Map<WebContents, Page>): Page {
  const running = new Map<string, Unsubscribe>();

  const page: Page = {
    add(id, start) {
      if (running.size >= MAX_SUBSCRIPTIONS)
        throw new SwitchboardError(
          'rate_limited',
          `This page already listens to ${MAX_SUBSCRIPTIONS} feeds; end some first.`,
        );
      if (running.has(id))
        throw new SwitchboardError('conflict', 'This page already has a subscription of that id.');
      const stop = start((event) => {
        if (!event.ok) running.delete(id);
        if (!contents.isDestroyed()) contents.send(IPC.event, id, event);
      });
      running.set(id, stop);
    },
    end(id) {
      const stop = running.get(id);
      running.delete(id);
      stop?.();
    },
    endAll() {
      for (const stop of running.values()) stop();
      running.clear();
    },
  };

  // `did-navigate` means that another document is in place. A navigation that is merely begun may yet be denied,
  // and then the page must keep what it listens to.
  contents.on('did-navigate', page.endAll);
  contents.on('render-process-gone', page.endAll);
  contents.once('destroyed', () => {
    page.endAll();
    pages.delete(contents);
  });
  pages.set(contents, page);
  return page;
}

function refusal(fault: unknown): Envelope<never> {
  return { ok: false, error: toErrorBody(fault), requestId: newId() };
}
