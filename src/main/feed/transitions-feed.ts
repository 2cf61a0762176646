import type { FeedEvent } from '@shared/contract';
import type { JournalEntry, JournalFilter } from '@shared/contract/transitions';
import type { PoolEngine } from '../engine/engine';
import { mergeNewest } from '../engine/observer';
import { matchesFilter } from '../journal/journal';
import type { Feed, FeedSources } from './feed';
import { PollRegistry } from './poll-registry';

/** The journal's newest end, as of one look. */
interface Recent {
  at: number;
  /** Newest first. */
  entries: readonly JournalEntry[];
  /** Moves ever journalled, and those observed. */
  journalled: number;
}

type Event = FeedEvent<'transitions'>;

const EVERY_MS = 250;
/** How many of the newest entries are kept for those who listen; more between two looks are left out. */
const KEPT = 500;
/** How many a listener gets to begin with. */
const FIRST = 100;

/** Moves as they happen. It never falls behind: what is too much to show is counted and left out. */
export function transitionsFeed({ engine, connection, clock, log }: FeedSources): Feed<'transitions'> {
  const polls = new PollRegistry<Recent>({ name: 'transitions', everyMs: EVERY_MS, connection, clock, log });
  return ({ pool, filter }, _context, publish, fail) => {
    const next = follower(filter);
    const publishNew = (recent: Recent) => {
      const event = next(recent);
      if (event) publish(event);
    };
    return polls.subscribe(pool, recentReader(engine.pool(pool)), { publish: publishNew, fail });
  };
}

/** Reads what came since the last look, journalled or observed, and keeps the newest. */
function recentReader({
  journal,
  observer,
}: Pick<PoolEngine, 'journal' | 'observer'>): () => Promise<Recent> {
  let kept: readonly JournalEntry[] = [];
  let lastJournalled = '0-0';
  let lastObserved: string | undefined;
  return async () => {
    const [tail, observed] = await Promise.all([journal.tail(lastJournalled, KEPT), observer.observe()]);
    lastJournalled = tail.entries[0]?.id ?? lastJournalled;
    const known = observed.entries.findIndex(({ id }) => id === lastObserved);
    const fresh = known === -1 ? observed.entries : observed.entries.slice(0, known);
    lastObserved = observed.entries[0]?.id;
    kept = [...mergeNewest(tail.entries, fresh, KEPT), ...kept].slice(0, KEPT);
    return { at: tail.at, entries: kept, journalled: tail.journalled + observed.total + observed.missed };
  };
}

/** One listener's view: what is new since its last event, or null when nothing is. */
export function follower(filter: JournalFilter): (recent: Recent) => Event | null {
  let last: { id: string | undefined; journalled: number } | null = null;
  return ({ at, entries, journalled }) => {
    const before = last;
    last = { id: entries[0]?.id ?? before?.id, journalled };
    if (!before) {
      const first = entries.filter((entry) => matchesFilter(entry, filter)).slice(0, FIRST);
      return { at, entries: first, skipped: 0 };
    }
    const known = entries.findIndex(({ id }) => id === before.id);
    const fresh = known === -1 ? entries : entries.slice(0, known);
    const skipped = Math.max(0, journalled - before.journalled - fresh.length);
    const matching = fresh.filter((entry) => matchesFilter(entry, filter));
    return matching.length > 0 || skipped > 0 ? { at, entries: matching, skipped } : null;
  };
}
