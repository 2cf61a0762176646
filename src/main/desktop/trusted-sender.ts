import type { IpcMainEvent, IpcMainInvokeEvent, WebFrameMain } from 'electron';

/** The parts of an IPC event by which its sender is judged. */
export type SenderEvent = Pick<IpcMainEvent | IpcMainInvokeEvent, 'senderFrame'>;

/**
 * Whether a message comes from our own page: from the top frame of its window, and from one of our origins.
 * A frame that has gone, a frame inside the page, and any other page are strangers.
 */
export function isTrustedSender({ senderFrame }: SenderEvent, origins: readonly string[]): boolean {
  if (!senderFrame || senderFrame.detached || senderFrame.parent !== null) return false;
  const origin = originOf(senderFrame);
  return origin !== undefined && origins.includes(origin);
}

/** Scheme and host; `URL.origin` is "null" for schemes of our own. */
function originOf({ url }: Pick<WebFrameMain, 'url'>): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
