/** What had the keyboard last, outside of every dialog. */
let outside: HTMLElement | null = null;

/** For a dialog that opens: remembers where the keyboard was, through one dialog that leads to another too. */
export function rememberFocus(): void {
  const { activeElement } = document;
  const isOutside = activeElement !== document.body && activeElement?.closest('[role="dialog"]') === null;
  if (isOutside && activeElement instanceof HTMLElement) outside = activeElement;
}

/** For a dialog that closes: gives the keyboard back to where it was, if that is still there. */
export function giveFocusBack(event: Event): void {
  event.preventDefault();
  if (outside?.isConnected) outside.focus();
}
