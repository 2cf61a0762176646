/**
 * The pictures of the documentation, in the order in which they are taken: those of a quiet evening first, then those
 * for which something has to happen. `path` is where a picture is taken; `prepare` is done on its page before it;
 * `happens` is done once, in another window, before either theme is taken.
 */
export const PICTURES = {
  overview: { path: '/' },
  users: { path: '/users?state=IN_CALL', prepare: openFirstRow },
  transitions: { path: '/transitions' },
  analytics: { path: '/analytics' },
  settings: { path: '/settings' },
  wallboard: { path: '/wallboard' },
  connections: { path: '/connections' },
  simulator: { path: '/simulator' },
  scenario: { path: '/simulator?tab=scenario' },
  palette: { path: '/', prepare: (page) => page.keyboard.press('Control+k') },
  requests: { path: '/requests', happens: guestsCallTheApi },
  audit: { path: '/audit', happens: anOperatorHelps },
  integrity: { path: '/integrity', happens: usersAreBrokenAndFound },
  alarms: { path: '/alarms', happens: anAlarmIsRaised },
};

async function openFirstRow(page) {
  await page.getByRole('row').nth(3).click();
}

/** Some of what guests ask is refused: nobody can skip before there is a call. */
async function guestsCallTheApi(page) {
  await page.evaluate(async () => {
    const api = '/api/simple-matching';
    const post = (what, userId) =>
      fetch(`${api}/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ userId }),
      });
    for (let number = 1; number <= 8; number += 1) {
      const guest = `guest-${number}`;
      await post('enqueue', guest);
      await post('heartbeat', guest);
      await fetch(`${api}/check-match?userId=${guest}`);
      if (number % 2 === 0) await post('skip', guest);
      await post('leave', guest);
    }
  });
}

async function anOperatorHelps(page) {
  const dialog = page.getByRole('dialog');
  await goTo(page, '/users?state=IN_CALL');
  await openFirstRow(page);
  await page.getByRole('complementary').getByRole('button', { name: 'Force state…' }).click();
  await dialog.getByLabel('Reason').fill('hears nobody, asked support for another partner');
  await dialog.getByRole('button', { name: 'Force to IDLE' }).click();
  await page.keyboard.press('Escape');
  await goTo(page, '/users?state=IDLE');
  for (const row of [2, 4, 6]) await page.getByRole('row').nth(row).getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Remove from all states…' }).click();
  await dialog.getByLabel('Reason').fill('left over from a test');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

async function usersAreBrokenAndFound(page) {
  await goTo(page, '/simulator');
  for (let time = 1; time <= 3; time += 1) {
    await page.getByRole('button', { name: 'Corrupt a user' }).click();
    await page.waitForTimeout(1_000);
  }
  await goTo(page, '/integrity');
  await page.getByRole('button', { name: 'Scan for broken users' }).click();
  await page
    .getByRole('button', { name: /^Repair / })
    .first()
    .waitFor();
}

async function anAlarmIsRaised(page) {
  const dialog = page.getByRole('dialog');
  await goTo(page, '/alarms');
  await page.getByRole('button', { name: 'Change thresholds…' }).click();
  await dialog.getByLabel('Longest wait, warning').fill('2');
  await dialog.getByLabel('Raise after').fill('1');
  await dialog.getByLabel('Reason').fill('this evening nobody shall wait');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('table').getByText('warning', { exact: true }).nth(1).waitFor();
}

async function goTo(page, path) {
  await page.goto(`${new URL(page.url()).origin}/#${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
}
