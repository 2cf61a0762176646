import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_MODEL } from '../../support/model/model';
import { Client } from '../../support/model/operations';
import { type ModelBox, type Real, volley } from '../../support/model/volley';
import { secondStore } from '../../support/clients';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

/** Operations per store; on the embedded one a move takes some milliseconds. */
const OPERATIONS = { redis: 100_000, 'in-memory': 600 } as const;
const CLIENTS = 4;
const RUNS = 50;
const VOLLEYS = 40;
/** Redis forgets by its own clock; the model does not, so that a machine that is slow does not look like a fault. */
const UNHURRIED = { cooldownMs: 3_600_000, transactionTtlMs: 3_600_000 };

describe.each(STORE_KINDS)('random operations of several clients on %s', (kind) => {
  let redis: TestStore;
  const ends: (() => void)[] = [];
  const tally = { operations: 0, refused: 0, observations: 0 };
  let clients: Client[];

  beforeAll(async () => {
    redis = await startStore(kind);
    clients = [];
    for (let number = 0; number < CLIENTS; number += 1) {
      const { store, end } = await secondStore(redis.url);
      ends.push(end);
      clients.push(new Client(testContext(store, UNHURRIED)));
    }
  });
  afterAll(async () => {
    for (const end of ends) end();
    await redis.stop();
  });

  const start = async (): Promise<{ model: ModelBox; real: Real }> => {
    await redis.flush();
    const observer = testContext(redis.store);
    return { model: { models: [EMPTY_MODEL] }, real: { clients, observer, asked: [], tally } };
  };

  it(`keeps its promises at every step of ${OPERATIONS[kind]} operations, and each happens at one moment`, async () => {
    const first = Number(process.env['SWITCHBOARD_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`promises on ${kind}: seeds from ${first} (SWITCHBOARD_SEED)`);
    for (let seed = first; tally.operations < OPERATIONS[kind]; seed += 1) {
      const property = fc.asyncProperty(
        fc.commands([volley], { maxCommands: VOLLEYS, size: 'max' }),
        async (commands) => {
          const { model, real } = await start();
          await fc.asyncModelRun(() => ({ model, real }), commands);
        },
      );
      await fc.assert(property, { seed, numRuns: kind === 'redis' ? RUNS : 2 });
    }
    console.log(`promises on ${kind}: ${JSON.stringify(tally)}`);
    // Both sides of the rules must have been met often.
    expect(tally.refused).toBeGreaterThan(tally.operations * 0.2);
    expect(tally.refused).toBeLessThan(tally.operations * 0.9);
  }, 600_000);
});
