import { expect, test } from '@playwright/test';
import { Redis } from 'ioredis';
import { personId, populate } from '../support/populate';
import { runCommand } from '../support/command';
import { startRedisServer } from '../support/redis-server';

/** A Redis user that may take people out of a state and put nobody into one: in the middle of a move it would fail. */
const HALF = ['on', '>pw', '~*', '+@all', '-zadd'];

test('what the Redis user may not do is refused before it begins, on the screen and past it', async ({
  page,
}) => {
  const server = await startRedisServer();
  const redis = new Redis(server.url);
  await redis.call('ACL', 'SETUSER', 'half', ...HALF);
  await populate(redis, { IDLE: 3, WAITING: 3, CONNECTING: 0, IN_CALL: 2, DISCONNECTING: 0 });
  const address = server.url.replace('redis://', 'redis://half:pw@');
  const command = runCommand([
    ...['--browser', '--no-open', '--port', '0', '--redis', address],
    ...['--role', 'admin', '--no-workers'],
  ]);
  try {
    await page.goto(await command.ready());
    const user = personId('WAITING', 1);
    const since = await redis.zscore('matching:waiting', user);
    await expect(page.getByTestId('count-WAITING')).toHaveText('3');
    await page.goto(`${new URL(page.url()).origin}/#/users/${user}`);
    const drawer = page.getByRole('complementary', { name: `User ${user}` });
    for (const name of ['IDLE', 'Force state…', 'Remove from all states…', 'Change metadata…'])
      await expect(drawer.getByRole('button', { name, exact: true })).toHaveAttribute(
        'aria-disabled',
        'true',
      );
    await drawer.getByRole('button', { name: 'Force state…' }).hover();
    await expect(page.getByRole('tooltip')).toContainText('The Redis user "half" may not move users');
    await expect(page.getByRole('tooltip')).toContainText('zadd on matching:idle');
    await expect(drawer.getByRole('button', { name: 'Copy as JSON' })).not.toHaveAttribute('aria-disabled');

    const ask = () =>
      page.evaluate(
        async (body) => {
          const headers = { 'content-type': 'application/json' };
          const response = await fetch('/api/admin/transitions', { method: 'POST', headers, body });
          return `${response.status} ${await response.text()}`;
        },
        JSON.stringify({ user, from: 'WAITING', to: 'IDLE' }),
      );
    const refused = await ask();
    expect(refused).toContain('redis_no_permission');
    expect(refused).toContain('zadd on matching:idle');
    // Not half done: Redis itself would have refused after the first step.
    expect(await redis.zscore('matching:waiting', user)).toBe(since);

    await redis.call('ACL', 'SETUSER', 'half', '+zadd');
    expect(await ask(), 'a grant counts at once').toMatch(/^200 /);
    expect(await redis.zscore('matching:idle', user)).not.toBeNull();
  } finally {
    await command.remove();
    redis.disconnect();
    await server.stop();
  }
});
