import type { Locator } from '@playwright/test';
import { personId } from '../support/populate';
import { expect, test } from './console-test';
import { overlappingTexts, unreachableControls } from './reach';

/** What a window of 1280 × 800 has left at twice its size. */
test.use({ viewport: { width: 640, height: 400 } });

const SCREENS: readonly (readonly [path: string, ready: string])[] = [
  ['/', 'IN_CALL'],
  ['/users', 'idle-2399'],
  [`/users/${personId('WAITING', 3)}`, 'Remove from all states…'],
  ['/transitions', 'Live'],
  ['/transitions?show=retained', 'All that is kept'],
  ['/requests', 'Busiest endpoints'],
  ['/analytics', 'The window in numbers'],
  ['/integrity', 'Scan for broken users'],
  ['/audit', 'any outcome'],
  ['/alarms', 'How alarms came and went'],
  ['/simulator', 'Break something'],
  ['/simulator?tab=scenario', 'Ready scenarios'],
  ['/simulator?tab=hand', 'Your person'],
  ['/simulator?tab=history', 'seed'],
  ['/connections', 'Add a connection'],
  ['/settings', 'How it looks'],
];

test('every screen can be read and used at twice its size', async ({ open }) => {
  const page = await open();
  const unfit: Record<string, unknown> = {};
  for (const [path, ready] of SCREENS) {
    await page.goto(page.url().replace(/#.*/, `#${path}`));
    await expect(page.locator('#main').getByText(ready, { exact: true }).first()).toBeAttached();
    const unreachable = await page.evaluate(unreachableControls);
    const overlapping = await page.evaluate(overlappingTexts);
    const wider = await page.evaluate(() =>
      ['html', 'header', '#main', '#main > div:last-child']
        .map((part) => document.querySelector(part))
        .filter((box) => box && box.scrollWidth > box.clientWidth)
        .map((box) => box?.outerHTML.slice(0, 80)),
    );
    if (unreachable.length + overlapping.length + wider.length > 0)
      unfit[path] = { unreachable, overlapping, wider };
  }
  expect(unfit).toEqual({});
});

test('a message takes no button away at twice its size', async ({ open }) => {
  const page = await open(`/users/${personId('WAITING', 3)}`);
  const drawer = page.getByRole('complementary', { name: `User ${personId('WAITING', 3)}` });
  await drawer.getByRole('button', { name: 'IDLE', exact: true }).click();
  const message = page.getByRole('listitem').filter({ hasText: 'moved to IDLE' });
  await expect(message).toBeVisible();
  const covered = await drawer.getByRole('button').evaluateAll((buttons) => {
    const isCovered = (button: Element) => {
      button.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, right, top, bottom } = button.getBoundingClientRect();
      return [...document.querySelectorAll('li[data-message]')]
        .map((over) => over.getBoundingClientRect())
        .some((over) => over.left < right && over.right > left && over.top < bottom && over.bottom > top);
    };
    return buttons.filter(isCovered).map(({ textContent }) => textContent);
  });
  expect(covered).toEqual([]);
  await expect(message).toBeVisible();
});

test('what colours tell is still told where the viewer has colours of their own', async ({ open, page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await open(`/users/${personId('WAITING', 3)}`);
  const styleOf = (part: Locator, property: 'backgroundColor' | 'outlineStyle' | 'borderTopStyle') =>
    part.evaluate((element, name) => getComputedStyle(element)[name], property);
  const filter = page.getByRole('group', { name: 'State' }).getByRole('button');
  const dots = await Promise.all(
    ['IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DISCONNECTING'].map((state) =>
      styleOf(filter.filter({ hasText: state }).locator('[aria-hidden]').first(), 'backgroundColor'),
    ),
  );
  expect(new Set(dots).size).toBe(5);
  const [chosen, other] = [filter.nth(0), filter.nth(1)];
  expect(await styleOf(chosen, 'backgroundColor')).not.toBe(await styleOf(other, 'backgroundColor'));
  expect(await styleOf(page.getByRole('link', { name: 'Users' }), 'outlineStyle')).toBe('solid');
  await page.keyboard.press('Control+k');
  const option = page.getByRole('option', { selected: true });
  await expect(option).toBeVisible();
  expect(await styleOf(option, 'outlineStyle')).toBe('solid');
});
