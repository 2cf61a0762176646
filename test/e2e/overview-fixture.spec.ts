import { clippedTexts, expectAccessible } from './accessibility';
import { expect, test } from './fixture-test';

test('shows the five states with counts that move, without any complaint of the browser', async ({
  open,
  complaints,
}) => {
  const page = await open();
  for (const state of ['IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DISCONNECTING']) {
    await expect(page.getByTestId(`count-${state}`)).toHaveText(/^[\d,]+$/);
  }
  const before = await page.getByTestId('count-IDLE').innerText();
  await expect(page.getByTestId('count-IDLE')).not.toHaveText(before);
  await expect(page.getByRole('region', { name: 'Wait time to match' }).getByRole('img')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Transitions' }).getByRole('row')).not.toHaveCount(0);
  expect(complaints).toEqual([]);
});

test('draws waits and outcomes, follows them, and tells those of the minute under the pointer', async ({
  open,
}) => {
  const page = await open();
  const waits = page.getByRole('region', { name: 'Wait time to match' });
  const outcomes = page.getByRole('region', { name: 'Outcome of waits' });
  const matched = outcomes.getByRole('img').locator('path[fill="var(--in-call)"]');
  await expect(matched).toHaveAttribute('d', /^(M[\d. ]+V[\d.]+h\d+V[\d.]+Z){14,15}$/);
  const before = (await matched.getAttribute('d')) ?? '';
  await expect(matched).not.toHaveAttribute('d', before);

  await waits.getByRole('img').hover();
  await expect(waits).toContainText(/\d\d:\d\d · p50 [\d.]+ s · p95 [\d.]+ s · p99 [\d.]+ s/);
  await expect(waits.locator('circle')).toHaveCount(3);
  await outcomes.getByRole('img').hover();
  await expect(outcomes).toContainText(/matched \d+left \d+failed \d+\d\d:\d\d/);
  await expect(waits).toContainText('target: 90 % within 30 s');
  await expect(waits.locator('circle')).toHaveCount(0);
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    for (const scene of ['busy', 'empty', 'production'] as const) {
      test(`axe finds nothing on ${scene}`, async ({ open }) => {
        const page = await open(scene);
        await expect(page.getByText(/redis 7/)).toBeVisible();
        await expectAccessible(page);
      });
    }

    test('axe finds nothing while Redis is away, nor in the palette', async ({ open }) => {
      const page = await open();
      await page.evaluate(() => window.fixture.setRedis('reconnecting'));
      await expect(page.getByRole('alert')).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page);
    });
  });
}

for (const [width, height] of [
  [1440, 900],
  [1280, 800],
  [1024, 768],
] as const) {
  for (const scene of ['busy', 'huge', 'production'] as const) {
    test(`clips no text at ${width}×${height} with ${scene} numbers`, async ({ open, page }) => {
      await page.setViewportSize({ width, height });
      await open(scene);
      await expect(page.getByText(/redis 7/)).toBeVisible();
      expect(await clippedTexts(page)).toEqual([]);
    });
  }
}

test('says since when Redis is away, keeps the numbers, refuses actions, and comes back alone', async ({
  open,
}) => {
  const page = await open();
  await page.evaluate(() => window.fixture.setRedis('reconnecting'));
  const banner = page.getByRole('alert');
  await expect(banner).toContainText('Redis is away since');
  await expect(banner).toContainText('next attempt in');
  await expect(banner).toContainText('attempt 3 of 10');
  const kept = await page.getByTestId('count-IDLE').innerText();
  await expect(banner).toContainText(/\d s old/);
  await expect(page.getByTestId('count-IDLE')).toHaveText(kept);

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('start simulated');
  await expect(page.getByRole('option', { name: /Start simulated users/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(page.getByRole('option', { name: /Start simulated users/ })).toContainText('Redis is away');
  await page.keyboard.press('Escape');

  await page.evaluate(() => window.fixture.setRedis('ready'));
  await expect(banner).toBeHidden();
  await expect(page.getByTestId('count-IDLE')).not.toHaveText(kept);
});

test('retries at once when asked, by keyboard', async ({ open }) => {
  const page = await open();
  await page.evaluate(() => window.fixture.setRedis('gave-up'));
  await expect(page.getByRole('alert')).toContainText('Gave up after 10 attempts');
  await page.getByRole('button', { name: 'Retry Redis now' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeHidden();
  expect(await page.evaluate(() => window.fixture.calls.map(({ operation }) => operation))).toContain(
    'connection.retry',
  );
});

test('does not blame Redis when its own server is lost', async ({ open }) => {
  const page = await open();
  await page.evaluate(() => window.fixture.setWire('lost'));
  await expect(page.getByRole('alert')).toContainText('The console has lost its own server');
  await expect(page.getByRole('button', { name: 'Retry Redis now' })).toBeHidden();
  await page.evaluate(() => window.fixture.setWire('open'));
  await expect(page.getByRole('alert')).toBeHidden();
});

test('stands still when paused and tells how much passed', async ({ open }) => {
  const page = await open();
  await page.keyboard.press('p');
  const button = page.getByRole('button', { name: /Paused/ });
  await expect(button).toContainText(/[1-9]\d* moves? since/);
  const kept = await page.getByTestId('count-IDLE').innerText();
  await expect(button).toContainText(/\d\d moves since/);
  await expect(page.getByTestId('count-IDLE')).toHaveText(kept);
  await button.click();
  await expect(page.getByTestId('count-IDLE')).not.toHaveText(kept);
});

test('switches theme and time zone by keyboard and remembers them', async ({ open, page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open();
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.keyboard.press('d');
  await expect.poll(background).not.toBe(dark);
  await page.keyboard.press('z');
  await expect(page.getByText('times shown in UTC')).toBeVisible();
  await page.reload();
  await expect(page.getByText('times shown in UTC')).toBeVisible();
  expect(await background()).not.toBe(dark);
});

test('finds a command by name and runs it by keyboard alone', async ({ open }) => {
  const page = await open();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('shortcuts');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Pause live');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('asks for more history when the time range changes', async ({ open }) => {
  const page = await open();
  await page.getByRole('button', { name: 'Time range: last 15 min' }).click();
  await page.getByRole('menuitemradio', { name: 'last 6 h' }).click();
  await expect(page.getByRole('button', { name: 'Time range: last 6 h' })).toBeVisible();
});

test('numbers do not move anything when they change', async ({ open }) => {
  const page = await open();
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('article, section > header h2, dl dt')].map((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return [left, top, width, height].map(Math.round).join(' ');
      }),
    );
  const before = await places();
  for (let look = 0; look < 6; look += 1) {
    const count = await page.getByTestId('count-IDLE').innerText();
    await expect(page.getByTestId('count-IDLE')).not.toHaveText(count);
    expect(await places()).toEqual(before);
  }
});
