import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Expects that axe finds nothing on the page as it stands, and names what and where if it does.
 * @param part a selector: looks at what it finds only, where the rest was looked at already
 */
export async function expectAccessible(page: Page, part = 'html'): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
  );
  expect(found).toEqual([]);
}

/** The texts that are cut off: wider than their box and without the ellipsis that says so. */
export async function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const clipped: string[] = [];
    // A text that goes on where the ellipsis of a box around it stands is not seen there.
    const isShortened = (element: Element): boolean => {
      const { overflowX, textOverflow } = getComputedStyle(element);
      if (overflowX !== 'visible' && textOverflow === 'ellipsis') return true;
      return element.parentElement !== null && isShortened(element.parentElement);
    };
    for (const element of document.querySelectorAll<HTMLElement>('#root *, [role=dialog] *, [role=menu] *')) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      const style = getComputedStyle(element);
      const hidden = element.offsetParent === null || style.clipPath !== 'none' || style.clip !== 'auto';
      if (!hasText || hidden) continue;
      const cut = element.scrollWidth > element.clientWidth + 1 && style.display !== 'inline';
      if (cut && style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis')
        clipped.push(element.innerText);
      const box = element.getBoundingClientRect();
      if (box.width > 2 && box.right > window.innerWidth + 1 && !isShortened(element))
        clipped.push(`beyond the window: ${element.innerText}`);
    }
    return clipped;
  });
}
