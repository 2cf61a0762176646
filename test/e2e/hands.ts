import { expect, type Locator, type Page } from '@playwright/test';

/** The two ways in which a person reaches things. A test that is written for hands runs by either. */
export type Way = 'mouse' | 'keyboard';

/** What a person does, by one way only: who walks by keyboard never touches the mouse. */
export interface Hands {
  readonly way: Way;
  /** Goes to a screen: by the navigation, or by the palette, which opens from every field too. */
  goTo(screen: string): Promise<void>;
  /** Presses a button or a link, or marks a box. */
  press(target: Locator): Promise<void>;
  /** Marks the first rows of a table, whose row of heads is among them. */
  mark(rows: Locator, count: number): Promise<void>;
  /** Writes into a field in place of what stands there. */
  write(field: Locator, text: string): Promise<void>;
  /** Chooses from a browser's own list. */
  select(list: Locator, label: string): Promise<void>;
  /** Opens a menu and chooses from it. */
  pick(menu: Locator, item: string | RegExp): Promise<void>;
}

/** As many stops as are between two things on the fullest screen, with room. */
const MOST_STOPS = 150;

/** The hands of a person before a page. */
export function handsOn(page: Page, way: Way): Hands {
  return way === 'mouse' ? mouse(page) : keyboard(page);
}

function mouse(page: Page): Hands {
  return {
    way: 'mouse',
    goTo: (screen) =>
      page
        .getByRole('navigation', { name: 'Screens' })
        .getByRole('link', { name: new RegExp(`^${screen}`) })
        .click(),
    press: (target) => target.click(),
    async mark(rows, count) {
      for (let row = 1; row <= count; row += 1) await rows.nth(row).getByRole('checkbox').click();
    },
    write: (field, text) => field.fill(text),
    select: async (list, label) => void (await list.selectOption({ label })),
    async pick(menu, item) {
      await menu.click();
      await choices(page, item).click();
    },
  };
}

function keyboard(page: Page): Hands {
  const { keyboard: keys } = page;
  return {
    way: 'keyboard',
    async goTo(screen) {
      await keys.press('Control+k');
      await keys.type(screen);
      const found = page.getByRole('option', { name: new RegExp(`^${screen}`) });
      await expect(found).toHaveAttribute('aria-selected', 'true');
      await keys.press('Enter');
    },
    async press(target) {
      await reach(page, target);
      const marks = await target.evaluate((element) => element instanceof HTMLInputElement);
      await keys.press(marks ? 'Space' : 'Enter');
    },
    async mark(rows, count) {
      await reach(page, rows.nth(1));
      for (let row = 1; row <= count; row += 1) {
        await expect(rows.nth(row)).toBeFocused();
        await keys.press('Space');
        await expect(rows.nth(row).getByRole('checkbox')).toBeChecked();
        await keys.press('ArrowDown');
      }
    },
    async write(field, text) {
      await reach(page, field);
      await keys.press('Control+a');
      await keys.type(text);
    },
    async select(list, label) {
      await reach(page, list);
      await keys.type(label);
      await expect(list.locator('option:checked')).toHaveText(label);
    },
    async pick(menu, item) {
      await reach(page, menu);
      await keys.press('Enter');
      const wanted = choices(page, item);
      await wanted.waitFor();
      for (let stop = 0; !(await hasFocus(wanted)) && stop < MOST_STOPS; stop += 1)
        await keys.press('ArrowDown');
      await keys.press('Enter');
    },
  };
}

function choices(page: Page, name: string | RegExp): Locator {
  return page.getByRole('menuitem', { name }).or(page.getByRole('menuitemradio', { name }));
}

/** Presses Tab until something has the focus: a person who cannot use a mouse has no other way. */
async function reach(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${String(target)} is not reached by Tab.`);
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}
