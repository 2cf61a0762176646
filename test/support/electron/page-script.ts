/** What the page's end of the stand-in and its main end say to each other, over one exposed function. */
export type PageMessage =
  | { kind: 'document' }
  | { kind: 'title'; title: string }
  | { kind: 'invoke'; channel: string; args: unknown[] }
  | { kind: 'send'; channel: string; args: unknown[] }
  | { kind: 'permission'; permission: string }
  | { kind: 'open'; url: string };

/** The exposed function's name, and the name under which main reaches the page. Both vanish from the page's sight. */
export const BINDING = '__standInBinding';
export const DELIVER = '__standInDeliver';

/**
 * The script that runs first in every document: Electron's `contextBridge` and `ipcRenderer` for the preload, made
 * from one exposed function. The preload runs in the page's own world here, which real isolation would not allow.
 */
export function pageScript(preload: string): string {
  return `(${boot.toString()})(${JSON.stringify({ BINDING, DELIVER })}, function (require, module, exports, process) {
${preload}
});`;
}

type Preload = (
  require: (name: string) => unknown,
  module: { exports: object },
  exports: object,
  process: { platform: string },
) => void;

/** Serialised into the page: uses nothing from outside itself. */
function boot(names: { BINDING: string; DELIVER: string }, preload: Preload): void {
  if (window.top !== window) return; // a preload runs in the top frame only
  const call = Reflect.get(globalThis, names.BINDING) as (message: PageMessage) => Promise<unknown>;
  Reflect.deleteProperty(globalThis, names.BINDING);
  void call({ kind: 'document' });
  let title = '';
  new MutationObserver(() => {
    if (document.title !== title) void call({ kind: 'title', title: (title = document.title) });
  }).observe(document, { subtree: true, childList: true, characterData: true });

  const listeners = new Map<string, Set<(event: unknown, ...args: unknown[]) => void>>();
  Object.defineProperty(globalThis, names.DELIVER, {
    value: (channel: string, args: unknown[]) => {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
    },
  });

  const ipcRenderer = {
    invoke: (channel: string, ...args: unknown[]) => call({ kind: 'invoke', channel, args }),
    send: (channel: string, ...args: unknown[]) => void call({ kind: 'send', channel, args }),
    on(channel: string, listener: (event: unknown, ...args: unknown[]) => void) {
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
      return this;
    },
  } satisfies Pick<Electron.IpcRenderer, 'invoke' | 'send'> & { on: unknown };

  const contextBridge = {
    exposeInMainWorld(key: string, api: unknown) {
      Object.defineProperty(globalThis, key, { value: Object.freeze(api), enumerable: true });
    },
  } satisfies Pick<Electron.ContextBridge, 'exposeInMainWorld'>;

  const ask = async (permission: string) => (await call({ kind: 'permission', permission })) === true;
  if ('Notification' in globalThis)
    Notification.requestPermission = async () => ((await ask('notifications')) ? 'granted' : 'denied');
  // A browser without a screen has nothing to keep awake: what is played is the question, and a lock like any other.
  if ('wakeLock' in navigator)
    navigator.wakeLock.request = async () => {
      if (!(await ask('screen-wake-lock'))) throw new DOMException('denied', 'NotAllowedError');
      return Object.assign(new EventTarget(), { release: () => Promise.resolve() }) as WakeLockSentinel;
    };
  window.open = (url = '') => {
    void call({ kind: 'open', url: new URL(url, location.href).href });
    return null;
  };

  const module = { exports: {} };
  const require = (name: string) => {
    if (name !== 'electron') throw new Error(`a sandboxed preload cannot require ${name}`);
    return { contextBridge, ipcRenderer };
  };
  preload(require, module, module.exports, { platform: 'linux' });
}
