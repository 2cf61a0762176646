import type { Unsubscribe } from '@shared/transport';
import type { Clock } from '../lib/clock';
import type { Feed, FeedSources } from './feed';

const EVERY_MS = 1_000;

/** The connection to Redis: at once, at each change, and at least once a second. */
export function healthFeed({ connection, clock }: FeedSources): Feed<'health'> {
  return (_input, _context, publish) =>
    atLeastEvery(
      clock,
      EVERY_MS,
      () => publish({ ...connection.getHealth(), at: clock.now() }),
      (tell) => connection.onHealth(tell),
    );
}

/** Tells at once, at each change and, when there is none for a while, anyway. */
export function atLeastEvery(
  clock: Clock,
  everyMs: number,
  tell: () => void,
  onChange: (changed: () => void) => Unsubscribe,
): Unsubscribe {
  let cancel: Unsubscribe = () => undefined;
  let ended = false;
  const turn = () => {
    if (ended) return;
    cancel();
    cancel = clock.after(everyMs, turn);
    tell();
  };
  const stopWatching = onChange(turn);
  turn();
  return () => {
    ended = true;
    cancel();
    stopWatching();
  };
}
