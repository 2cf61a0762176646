/**
 * The controls that a pointer cannot come to, run in the page: scrolled into view as a person can scroll, something
 * else still lies over their middle, or they lie outside of the window.
 */
export function unreachableControls(): string[] {
  const unreachable: string[] = [];
  /** Whether a box around it cuts it off where nobody can scroll: scripts can, and have, if it is not at its begin. */
  const isCutOff = (element: Element): boolean => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      const stuck = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      if ((stuck(overflowX) && box.scrollLeft > 0) || (stuck(overflowY) && box.scrollTop > 0)) return true;
    }
    return false;
  };
  const controls = document.querySelectorAll<HTMLElement>(
    '#root :is(button, a[href], input, select, textarea, summary)',
  );
  for (const control of controls) {
    if (!control.checkVisibility()) continue;
    control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const { left, top, width, height } = control.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    const isHit = hit !== null && (control.contains(hit) || hit.contains(control));
    if (!isHit || isCutOff(control)) unreachable.push(control.outerHTML.slice(0, 120));
  }
  return unreachable;
}

/** The pairs of texts that are drawn over each other, run in the page; what a scrolling box hides is not drawn. */
export function overlappingTexts(): string[] {
  const drawn: { element: Element; text: string; box: DOMRect }[] = [];
  const visiblePart = (element: Element, { left, top, right, bottom }: DOMRect): DOMRect | null => {
    const part = { left, top, right, bottom };
    for (let box: Element | null = element; box; box = box.parentElement) {
      const { overflowX, clipPath } = getComputedStyle(box);
      if (clipPath !== 'none') return null;
      if (overflowX === 'visible') continue;
      const edge = box.getBoundingClientRect();
      part.left = Math.max(part.left, edge.left);
      part.top = Math.max(part.top, edge.top);
      part.right = Math.min(part.right, edge.right);
      part.bottom = Math.min(part.bottom, edge.bottom);
    }
    const [width, height] = [part.right - part.left, part.bottom - part.top];
    return width > 0 && height > 0 ? new DOMRect(part.left, part.top, width, height) : null;
  };
  const texts = document.createTreeWalker(
    document.querySelector('#root') ?? document.body,
    NodeFilter.SHOW_TEXT,
  );
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!element?.checkVisibility() || !node.textContent?.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      const box = visiblePart(element, line);
      if (box) drawn.push({ element, text: node.textContent.trim(), box });
    }
  }
  const SLACK_PX = 3;
  const meet = (one: DOMRect, other: DOMRect) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > SLACK_PX &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > SLACK_PX;
  return drawn.flatMap((one, index) =>
    drawn
      .slice(index + 1)
      .filter((other) => other.element !== one.element && meet(one.box, other.box))
      .map((other) => `${one.text} | ${other.text}`),
  );
}
