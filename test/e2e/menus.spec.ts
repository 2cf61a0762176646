import { expect, type Locator, type Page } from '@playwright/test';
import { type Population, personId } from '../support/populate';
import { clippedTexts, expectAccessible } from './accessibility';
import { test } from './console-test';

/** Something that opens over a screen: how, and what is seen then. */
interface Opening {
  what: string;
  open: (page: Page) => Promise<void>;
  seen: (page: Page) => Locator;
}

/** Few people: what opens is looked at, not the table behind it. */
const FEW: Population = { IDLE: 3, WAITING: 3, CONNECTING: 0, IN_CALL: 2, DISCONNECTING: 0 };

const press = (name: RegExp | string) => (page: Page) => page.getByRole('button', { name }).first().click();
const menuWith = (item: string | RegExp) => (page: Page) => page.getByRole('menu').getByText(item);

const OPENINGS: readonly Opening[] = [
  { what: 'the connections', open: press(/^Connection:/), seen: menuWith('Connections…') },
  {
    what: 'the pools',
    open: press(/^Pool:/),
    seen: (page) => page.getByRole('dialog', { name: 'Pools of this deployment' }).getByRole('table'),
  },
  { what: 'the time range', open: press(/^Time range/), seen: menuWith('last 48 h') },
  { what: 'the formats of a file', open: press('Export'), seen: menuWith(/NDJSON/) },
  {
    what: 'a tip',
    open: (page) => page.getByRole('button', { name: 'admin', exact: true }).hover(),
    seen: (page) => page.getByRole('tooltip'),
  },
  {
    what: 'why a dialog refuses',
    open: async (page) => {
      await page.getByLabel(`Mark ${personId('WAITING', 1)}`).check();
      await page.getByRole('button', { name: 'Force state…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Force to IDLE' }).hover();
    },
    seen: (page) => page.getByRole('tooltip'),
  },
  {
    what: 'the palette',
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('waiting-');
    },
    seen: (page) => page.getByRole('option', { name: new RegExp(personId('WAITING', 1)) }),
  },
  {
    what: 'the shortcuts',
    open: (page) => page.keyboard.press('Shift+?'),
    seen: (page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' }),
  },
];

/** Whether something else stands over the middle of it. */
function isCovered(what: Locator): Promise<boolean> {
  return what.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const seen = document.elementFromPoint(left + width / 2, top + height / 2);
    return seen === null || !(element.contains(seen) || seen.contains(element));
  });
}

/** Escape closes what is on top: the reason first, then its dialog. */
async function leave(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  const dialogs = page.getByRole('dialog');
  if ((await dialogs.count()) > 0) await page.keyboard.press('Escape');
  await expect(dialogs).toHaveCount(0);
}

/** What opens, by what Radix puts around it. */
const OPENED = '[data-radix-popper-content-wrapper], [role="dialog"]';

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 800 } });

    test('axe finds nothing in what opens over a screen, and no text is clipped', async ({ open }) => {
      const page = await open('/users?state=WAITING', FEW);
      // Where something stands is the same in both themes; its colours are not.
      const look = (part: string) => expectAccessible(page, colorScheme === 'dark' ? undefined : part);
      for (const { what, open: show, seen } of OPENINGS)
        await test.step(what, async () => {
          await show(page);
          await expect(seen(page)).toBeVisible();
          expect(await isCovered(seen(page))).toBe(false);
          await look(OPENED);
          expect(await clippedTexts(page)).toEqual([]);
          await leave(page);
          await expect(seen(page)).toBeHidden();
        });

      await test.step('work and messages in the corner', async () => {
        for (const index of [0, 2]) await page.getByLabel(`Mark ${personId('WAITING', index)}`).check();
        await page.getByRole('button', { name: 'Force state…' }).click();
        await page.getByRole('dialog').getByLabel('Reason').fill('to see what comes of it');
        await page.getByRole('dialog').getByRole('button', { name: 'Force to IDLE' }).click();
        await expect(page.getByText(/^Done: /)).toBeVisible();
        await look('[aria-label="Running work"]');
        await page.getByRole('button', { name: /^Undo · / }).click();
        await expect(page.getByText(/^Undone: /).first()).toBeVisible();
        await look('[role="region"][aria-label^="Messages"]');
      });
    });
  });
}
