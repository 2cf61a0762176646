import type { Overview } from '@shared/contract/overview';
import { mergeNewest } from '../engine/observer';
import { NEWEST } from '../engine/overview';
import type { Feed, FeedSources } from './feed';
import { PollRegistry } from './poll-registry';

const EVERY_MS = 250;

/** The live numbers, four times a second: one read for all who look at a pool. */
export function overviewFeed(sources: FeedSources): Feed<'overview'> {
  const { engine, connection, clock, log } = sources;
  const polls = new PollRegistry<Overview>({ name: 'overview', everyMs: EVERY_MS, connection, clock, log });

  async function read(pool: string): Promise<Overview> {
    const { overview, statistics, observer } = engine.pool(pool);
    const [reading, today, observed] = await Promise.all([
      overview.read(),
      statistics.today(),
      observer.observe(),
    ]);
    const newest = mergeNewest(reading.newest, observed.entries, NEWEST);
    return { ...reading, today, newest };
  }

  return ({ pool }, _context, publish, fail) => polls.subscribe(pool, () => read(pool), { publish, fail });
}
