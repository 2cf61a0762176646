import { useEffect, useRef } from 'react';

/** What closes each dialog that is open; the one on top is the last. */
const closers: (() => void)[] = [];

/** For a dialog: while it is open, Escape is meant for it, also when a message has come up since. */
export function useOpenDialog(open: boolean, close: () => void): void {
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

/** Closes the dialog on top, and tells whether there was one. */
export function closeTopDialog(): boolean {
  const close = closers.at(-1);
  close?.();
  return close !== undefined;
}
