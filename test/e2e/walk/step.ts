import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import type { Redis } from 'ioredis';
import type { Hands } from '../hands';

/** What a step of the walk has: the page, a person's hands, and a plain client on the same Redis. */
export interface Walker {
  page: Page;
  hands: Hands;
  redis: Redis;
  /** Looks at the page as it stands: nothing clipped, and nothing that axe finds. */
  look: () => Promise<void>;
}

/** An action of a screen, done and checked in Redis where it has an effect there. */
export interface Step {
  action: string;
  go: (walker: Walker) => Promise<void>;
}

/** The dialog that is open. */
export const dialog = (page: Page) => page.getByRole('dialog');

/** A button by a part of its name. */
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** A button by the whole of its name. */
export const exactly = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Undoes the newest thing by its message. */
export async function undo({ page, hands }: Walker): Promise<void> {
  await hands.press(button(page, /^Undo · /).last());
}

/** Saves a table, and gives the text of the file. @param within the region of the table, where a screen has several */
export async function exported(
  { page, hands }: Walker,
  format: RegExp,
  within: Page | Locator = page,
): Promise<string> {
  const download = page.waitForEvent('download');
  await hands.pick(within.getByRole('button', { name: 'Export', exact: true }), format);
  return readFileSync(await (await download).path(), 'utf8');
}
