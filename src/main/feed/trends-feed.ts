import type { Attention, Trends } from '@shared/contract/overview';
import type { PoolEngine } from '../engine/engine';
import type { TrendsReading } from '../journal/statistics';
import { findAttention } from './attention';
import type { Feed, FeedSources } from './feed';
import { PollRegistry } from './poll-registry';

const EVERY_MS = 1_000;
/** What the service level is judged by, in minutes. */
const ATTENTION_MINUTES = 15;
/** Users in two states are looked for this often. */
const SPLIT_EVERY_MS = 5_000;

/** History for the charts and what wants attention, once a second. */
export function trendsFeed(sources: FeedSources): Feed<'trends'> {
  const { engine, connection, clock, log } = sources;
  const polls = new PollRegistry<Trends>({ name: 'trends', everyMs: EVERY_MS, connection, clock, log });

  function reader(pool: string, minutes: number): () => Promise<Trends> {
    const attention = attentionReader(sources, engine.pool(pool));
    return async () => {
      const trends = await engine.pool(pool).statistics.trends(minutes);
      return { ...trends, attention: await attention(trends) };
    };
  }

  return ({ pool, minutes }, _context, publish, fail) =>
    polls.subscribe(`${pool} ${minutes}`, reader(pool, minutes), { publish, fail });
}

function attentionReader(
  sources: FeedSources,
  pool: PoolEngine,
): (trends: TrendsReading) => Promise<Attention[]> {
  const { connection, findings, clock } = sources;
  let split: { users: string[]; at: number } | null = null;
  return async (trends) => {
    if (split === null || clock.now() - split.at >= SPLIT_EVERY_MS)
      split = { users: await pool.overview.splitUsers(), at: clock.now() };
    const isSame = trends.points.length * trends.stepMs === ATTENTION_MINUTES * 60_000;
    const [reading, { points }] = await Promise.all([
      pool.overview.recent(),
      isSame ? trends : pool.statistics.trends(ATTENTION_MINUTES),
    ]);
    return findAttention({
      reading,
      split: split.users,
      minutes: points,
      health: connection.getHealth(),
      findings: findings?.(pool.context.keys.pool) ?? [],
    });
  };
}
