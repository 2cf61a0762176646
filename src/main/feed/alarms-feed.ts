import type { Feed, FeedSources } from './feed';

/** The alarms of a pool, at each look that this process takes at them. */
export function alarmsFeed({ alarms }: FeedSources): Feed<'alarms'> {
  return ({ pool }, _context, publish) => alarms.onAlarms(pool, publish);
}
