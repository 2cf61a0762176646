/**
 * Where something belongs that opens beside an element: in its dialog or landmark and not at the end of the page, so
 * that a screen reader finds the two together, and so that a dialog does not cover what belongs to it.
 */
export function landmarkOf(element: HTMLElement | null): HTMLElement | null {
  for (const place of ['[role="dialog"]', 'main', 'nav', 'footer', 'header']) {
    const landmark = element?.closest<HTMLElement>(place);
    if (landmark) return landmark;
  }
  return null;
}
