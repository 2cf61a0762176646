import { alarmsFeed } from './alarms-feed';
import { auditFeed } from './audit-feed';
import type { Feed, FeedSources } from './feed';
import { healthFeed } from './health-feed';
import { integrityFeed } from './integrity-feed';
import { overviewFeed } from './overview-feed';
import { simulatorFeed } from './simulator-feed';
import { transitionsFeed } from './transitions-feed';
import { trendsFeed } from './trends-feed';

/** The feeds made here, by name. */
export interface Feeds {
  overview: Feed<'overview'>;
  trends: Feed<'trends'>;
  transitions: Feed<'transitions'>;
  audit: Feed<'audit'>;
  alarms: Feed<'alarms'>;
  health: Feed<'health'>;
  integrity: Feed<'integrity'>;
  simulator: Feed<'simulator'>;
}

/** Makes the feeds. Nothing is read until somebody listens. */
export function createFeeds(sources: FeedSources): Feeds {
  return {
    overview: overviewFeed(sources),
    trends: trendsFeed(sources),
    transitions: transitionsFeed(sources),
    audit: auditFeed(sources),
    alarms: alarmsFeed(sources),
    health: healthFeed(sources),
    integrity: integrityFeed(sources),
    simulator: simulatorFeed(sources),
  };
}
