import { expect, type Page } from '@playwright/test';
import { DEFAULT_ALARM_RULES } from '@shared/contract/alarms';

/** Only lost heartbeats are watched: a warning from one on, critical from three on, raised at the next look. */
const RULES = {
  raiseAfterMs: 0,
  clearAfterMs: 0,
  thresholds: {
    ...Object.fromEntries(
      Object.entries(DEFAULT_ALARM_RULES.thresholds).map(([kind, rule]) => [
        kind,
        { ...rule, enabled: false },
      ]),
    ),
    'lost-heartbeats': { enabled: true, warning: 1, critical: 3 },
  },
};

/** Lets no alarm come up but that of lost heartbeats, so that only what a test does can raise one. */
export async function watchOnlyHeartbeats(page: Page): Promise<void> {
  const { status } = await post(page, '/rpc/alarms.configure', { rules: RULES, reason: 'a test of alarms' });
  expect(status).toBe(200);
}

/** Sends JSON to the console by the page's own session. */
export function post(page: Page, path: string, input: unknown): Promise<{ status: number }> {
  return page.evaluate(
    async ([address, body]) => {
      const headers = { 'content-type': 'application/json' };
      return { status: (await fetch(address, { method: 'POST', headers, body })).status };
    },
    [path, JSON.stringify(input)] as const,
  );
}
