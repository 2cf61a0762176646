import { useEffect, useRef } from 'react';

/** What closes each thing that lies over the rest of the screen; the one on top is the last. */
const closers: (() => void)[] = [];

/**
 * For a dialog, a menu or a drawer: while it is open, Escape is meant for it, also when a message has come up since.
 */
export function useOpenLayer(open: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  }, [close]);
  useEffect(() => {
    if (!open) return;
    const closer = () => latest.current();
    closers.push(closer);
    return () => void closers.splice(closers.indexOf(closer), 1);
  }, [open]);
}

/** Closes what is on top, and tells whether there was anything. */
export function closeTopLayer(): boolean {
  const close = closers.at(-1);
  close?.();
  return close !== undefined;
}

/** Whether a key was pressed in a message of the corner. */
export function isForMessage({ target }: Event): boolean {
  return target instanceof Element && target.closest('[data-message]') !== null;
}
