import type { FeedEvent } from '@shared/contract';
import type { Feed, FeedSources } from './feed';
import { PollRegistry } from './poll-registry';

type Event = FeedEvent<'audit'>;

const EVERY_MS = 400;
const NEWEST = 50;

/** The newest actions of all operators, whenever they change: a colleague's action shows within half a second. */
export function auditFeed({ engine, connection, clock, log }: FeedSources): Feed<'audit'> {
  const polls = new PollRegistry<Event>({ name: 'audit', everyMs: EVERY_MS, connection, clock, log });

  async function read(pool: string): Promise<Event> {
    const { entries } = await engine.pool(pool).audit.list({ limit: NEWEST });
    return { at: clock.now(), entries };
  }

  return ({ pool }, _context, publish, fail) => {
    const publishChanges = onlyChanges(publish);
    return polls.subscribe(pool, () => read(pool), { publish: publishChanges, fail });
  };
}

/** Passes an event on when its entries differ from the last one's. */
function onlyChanges(publish: (event: Event) => void): (event: Event) => void {
  let last = '';
  return (event) => {
    const now = JSON.stringify(event.entries);
    if (now === last) return;
    last = now;
    publish(event);
  };
}
