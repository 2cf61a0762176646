import type { Analytics, JourneyEvent } from '@shared/contract/analytics';
import type { PoolEngine } from '../../engine/engine';
import { moveEvent, refusedEvent, toFlow, toJourney } from '../../journal/journey';
import { mergeMinutes } from '../../journal/minute';
import type { RequestLogs } from '../../journal/request-logs';
import type { Handlers } from '../dispatch';

/** How many entries of each stream one call looks at. */
const SCAN = 5_000;

type AnalyticsHandlers = Pick<Handlers, 'analytics.get' | 'analytics.events'>;

/** What the console's Analytics screen reads: the statistics and the journal, joined with refused requests. */
export function analyticsHandlers(
  engine: { pool(name: string): PoolEngine },
  logs: RequestLogs,
): AnalyticsHandlers {
  return {
    async 'analytics.get'({ pool, minutes }): Promise<Analytics> {
      const { at, start, stepMs, steps, before } = await engine.pool(pool).statistics.sums(minutes);
      const requests = await logs.statsOf(pool).summary(minutes, at, ofPeople);
      const whole = mergeMinutes(steps);
      return {
        ...{ pool, at, minutes, stepMs },
        window: toJourney(whole, requests.refused),
        before: before && toJourney(before, requests.before?.refused ?? 0),
        flow: toFlow(whole),
        points: steps.map((figures, index) => {
          const { queued, matched, connected, skipped, ended, failed, left, vanished, waitP95Ms } = toJourney(
            figures,
            0,
          );
          const moment = start + index * stepMs;
          return {
            at: moment,
            queued,
            matched,
            connected,
            skipped,
            ended,
            failed,
            left,
            vanished,
            waitP95Ms,
          };
        }),
      };
    },

    async 'analytics.events'({ pool, user, before, limit }) {
      const filter = user === undefined ? {} : { user };
      const [moves, requests] = await Promise.all([
        engine.pool(pool).journal.search(filter, { before, limit, scan: SCAN }),
        logs.of(pool).list({ filter: { ...filter, outcome: 'refused' }, before, limit, maxScan: SCAN }),
      ]);
      const refused = requests.entries.filter(({ user, endpoint }) => user !== null && ofPeople(endpoint));
      return mergeNewest(
        { events: moves.entries.map(moveEvent), cursor: moves.cursor },
        { events: refused.map(refusedEvent), cursor: requests.cursor },
        limit,
      );
    },
  };
}

/** Requests that a client made for its user, not the console's or an operator's. */
function ofPeople(endpoint: string): boolean {
  return !endpoint.includes('/');
}

interface Stretch {
  /** Newest first. */
  events: JourneyEvent[];
  cursor: string | null;
}

/** Orders ids of streams as Redis does: by time, then by number. */
function compareIds(a: string, b: string): number {
  const [timeA = 0, numberA = 0] = a.split('-').map(Number);
  const [timeB = 0, numberB = 0] = b.split('-').map(Number);
  return timeA - timeB || numberA - numberB;
}

/**
 * Merges two streams, newest first. Each was read back to its own cursor only, so nothing older than the newer of
 * the two cursors may be told yet; the caller goes on from there.
 */
function mergeNewest(a: Stretch, b: Stretch, limit: number): Stretch {
  const cursors = [a.cursor, b.cursor].filter((cursor) => cursor !== null).sort(compareIds);
  const horizon = cursors.at(-1) ?? null;
  const known = [...a.events, ...b.events]
    .filter(({ id }) => horizon === null || compareIds(id, horizon) >= 0)
    .sort((one, other) => compareIds(other.id, one.id));
  const events = known.slice(0, limit);
  const last = events.at(-1);
  return { events, cursor: known.length > limit && last ? last.id : horizon };
}
