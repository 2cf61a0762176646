import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionHandlers } from '../../../src/main/api/handlers/session';
import { Engine } from '../../../src/main/engine/engine';
import { DEFAULT_SETTINGS } from '../../../src/main/engine/settings';
import { systemClock } from '../../../src/main/lib/clock';
import { silentLogger } from '../../../src/main/lib/log';
import { type ApiClient, connectApi } from '../../../src/main/simulator/api-client';
import { apiWay } from '../../../src/main/simulator/api-way';
import { engineWay } from '../../../src/main/simulator/engine-way';
import { readyScenario } from '../../../src/main/simulator/library';
import { Run } from '../../../src/main/simulator/run';
import type { Scenario } from '../../../src/main/simulator/scenario';
import { SIMULATED, type Way } from '../../../src/main/simulator/way';
import { type ApiServer, startApiServer } from '../../support/api-server';
import { runCommand } from '../../support/command';
import { startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';
import { distanceBetween } from './goodness-of-fit';

const CLIENTS = 1_000;
/** Some more, because a few are away at any moment. */
const PEOPLE = 1_050;
const COME_WITHIN_MS = 17_500;
/** All of them together for a while after that; a machine with other work needs longer until they are. */
const AT_LEAST_MS = 25_000;
const AT_MOST_MS = 90_000;
/** As the console's own showcase pairs: every three seconds, so that waits are those of the queue, not of the way to it. */
const MATCHER = { everyMs: 3_000, onEnqueue: false };
/** So far apart may the two distributions of waits be (Kolmogorov and Smirnov), on a machine that others use too. */
const TOLERANCE = 0.2;

/**
 * What a client of the API can do too: it has no word for a failed connection, or for hanging up slowly. People come
 * within the run and talk for long, so that a thousand of them are no more work than a busy machine can do.
 */
function scenario(people: number, durationMs: number, comeWithinMs = durationMs * 0.7): Scenario {
  const but = { hangsUp: 0, fails: 0, vanishes: 0, doubleClicks: 0, skips: 1 };
  return {
    ...readyScenario('steady'),
    people,
    duration: durationMs,
    arrivals: { pattern: 'steady', within: comeWithinMs },
    mix: [{ persona: 'long-talker', share: 1, but }],
    targets: {},
  };
}

describe('simulated people over HTTP', () => {
  let redis: TestStore;
  let server: ApiServer;
  let api: ApiClient;

  beforeAll(async () => {
    redis = await startStore('redis');
  });
  beforeEach(async () => {
    await redis.flush();
  });
  afterAll(() => redis.stop());

  async function serve(port = 0): Promise<void> {
    server = await startApiServer(redis, {
      port,
      checkOutputs: false,
      handlers: {
        'simulator.clear': async ({ pool }) => ({
          removed: await server.engine.pool(pool).purge.removeAll(SIMULATED),
        }),
        ...sessionHandlers({
          session: {
            version: '0',
            host: 'test',
            consoleRole: 'admin',
            deployment: {
              id: 'test',
              connection: 'test',
              pool: 'default',
              name: 'test',
              environment: 'development',
              address: 'test',
              readOnly: false,
              embedded: null,
            },
          },
          retry: () => Promise.reject(new Error('nothing to retry')),
        }),
      },
    });
    const { matcher, sweeper } = server.engine.pool('clients');
    matcher.start();
    sweeper.start();
  }

  /** Runs a scenario until it was enough. @returns the waits for a partner, as the journal tells them */
  async function runUntil(
    enough: (run: Run) => boolean,
    way: Way,
    wanted: Scenario,
  ): Promise<{ run: Run; waits: number[] }> {
    const waits: number[] = [];
    const listening: Way = {
      ...way,
      async news(after) {
        const page = await way.news(after);
        for (const { from, to, spent } of page.moves)
          if (from === 'WAITING' && to === 'CONNECTING') waits.push(spent ?? 0);
        return page;
      },
    };
    const { cooldownMs } = DEFAULT_SETTINGS;
    const run = new Run({
      ...{ scenario: wanted, seed: 9, cooldownMs, clock: systemClock, log: silentLogger },
      way: listening,
    });
    await run.start();
    try {
      await until(() => run.isOver || enough(run), { timeoutMs: 2 * AT_MOST_MS, what: 'the end of the run' });
      return { run, waits: [...waits] };
    } finally {
      await run.stop();
    }
  }

  it('are a thousand clients at once, who wait as those do who go straight through the engine', async () => {
    const command = runCommand([
      '--browser',
      '--no-open',
      '--no-simulate',
      '--port',
      '0',
      '--pool',
      'clients',
    ]);
    try {
      api = await connectApi(new URL(await command.ready()).origin, {});
      const wanted = scenario(PEOPLE, AT_MOST_MS, COME_WITHIN_MS);
      let mostAtOnce = 0;
      let tookMs = 0;
      const overHttp = await runUntil(
        ({ time, figures }) => {
          mostAtOnce = Math.max(mostAtOnce, figures.present);
          tookMs = time.now();
          return tookMs > AT_LEAST_MS && mostAtOnce >= CLIENTS;
        },
        apiWay(api, 'clients'),
        wanted,
      );
      expect(mostAtOnce).toBeGreaterThanOrEqual(CLIENTS);
      expect(overHttp.run.violations).toEqual([]);
      const { states } = await api.operation('overview.get', { pool: 'clients' });
      expect(Object.values(states).map(({ count }) => count)).toEqual([0, 0, 0, 0, 0]);
      await api.close();

      const engine = new Engine({ store: redis.store, log: silentLogger, matcher: MATCHER });
      const straight = await runUntil(
        ({ time }) => time.now() >= tookMs,
        engineWay(engine.pool(), () => true),
        wanted,
      );
      await engine.stop();
      expect(straight.run.violations).toEqual([]);
      // A busy machine pairs fewer; with so many the tolerance is still far beyond what chance alone would give.
      expect(Math.min(overHttp.waits.length, straight.waits.length)).toBeGreaterThan(CLIENTS * 0.3);
      expect(distanceBetween(overHttp.waits, straight.waits)).toBeLessThan(TOLERANCE);
    } finally {
      await command.remove();
    }
  }, 240_000);

  it('go on when the server was away for a while, and nobody is lost', async () => {
    await serve();
    api = await connectApi(server.url, {});
    const run = new Run({
      scenario: scenario(20, 60_000),
      seed: 3,
      way: apiWay(api, 'clients'),
      clock: systemClock,
      log: silentLogger,
      cooldownMs: 30_000,
    });
    await run.start();
    await until(() => run.figures.moves > 40, { timeoutMs: 30_000, what: 'moves' });
    const { port } = new URL(server.url);
    await server.stop();
    await until(() => !api.available, { what: 'that the client notices' });
    const { moves } = run.figures;
    await serve(Number(port));
    await until(() => run.figures.moves > moves + 20, { timeoutMs: 30_000, what: 'people who go on' });
    expect(run.violations).toEqual([]);
    await run.stop();
    await api.close();
    await server.stop();
  }, 120_000);

  it('say so when there is no server', async () => {
    await expect(connectApi('http://127.0.0.1:1', {})).rejects.toMatchObject({ code: 'redis_away' });
  });
});
