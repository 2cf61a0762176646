import type { Feed, FeedSources } from './feed';
import { atLeastEvery } from './health-feed';

const EVERY_MS = 1_000;

/** What the simulator is doing: at once, at each change, and at least once a second. */
export function simulatorFeed({ simulator, clock }: FeedSources): Feed<'simulator'> {
  return (_input, _context, publish) =>
    atLeastEvery(
      clock,
      EVERY_MS,
      () => publish(simulator.getStatus()),
      (tell) => simulator.onStatus(tell),
    );
}
