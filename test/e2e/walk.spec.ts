import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clippedTexts, expectAccessible } from './accessibility';
import { expect, test } from './console-test';
import { handsOn } from './hands';
import { SHOWN_ELSEWHERE } from './walk-elsewhere';
import { WALK } from './walk/walk';

/**
 * Every theme with every size, every theme by either way and every size by either way: four walks in place of eight,
 * and each pair is met.
 */
const WALKS = [
  { colorScheme: 'dark', viewport: { width: 1280, height: 800 }, way: 'mouse' },
  { colorScheme: 'light', viewport: { width: 1440, height: 900 }, way: 'mouse' },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 }, way: 'keyboard' },
  { colorScheme: 'light', viewport: { width: 1280, height: 800 }, way: 'keyboard' },
] as const;

for (const { colorScheme, viewport, way } of WALKS) {
  test.describe(`in ${colorScheme} at ${viewport.width}×${viewport.height}`, () => {
    test.use({
      colorScheme,
      viewport,
      actionTimeout: 15_000,
      permissions: ['clipboard-read', 'clipboard-write'],
    });

    test(`every screen and action by ${way}, with its effect in Redis`, async ({ open, redis }) => {
      test.setTimeout(300_000);
      const page = await open();
      const look = async () => {
        expect(await clippedTexts(page)).toEqual([]);
        // What axe finds depends on what is shown and in which colours, not on how one came there.
        if (way === 'mouse') await expectAccessible(page);
      };
      const hands = handsOn(page, way);
      for (const { screen, steps } of WALK)
        for (const { action, go } of steps)
          await test.step(`${screen}: ${action}`, () => go({ page, hands, redis, look }));
    });
  });
}

test('what the walk leaves out is driven by a test that is there', () => {
  for (const { screen, action, file, test: title } of SHOWN_ELSEWHERE) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    expect(source, `${screen}: ${action}`).toContain(title);
  }
});
