import type { RequestLogs } from '../../journal/request-logs';
import type { Clock } from '../../lib/clock';
import type { Handlers } from '../dispatch';

/** How many entries of the log one call looks at: some ten milliseconds of Redis, in short reads. */
const SCAN = 5_000;
const SCAN_FOR_SLOWEST = 20_000;
const SLOWEST_SHOWN = 10;

type RequestHandlers = Pick<Handlers, 'requests.list' | 'requests.slowest' | 'requests.summary'>;

/** What the console's Requests screen reads. */
export function requestHandlers(logs: RequestLogs, clock: Clock): RequestHandlers {
  const slowest = async (pool: string, minutes: number, limit: number, endpoint?: string) => {
    const { entries, cursor, scanned } = await logs.of(pool).list({
      filter: endpoint === undefined ? {} : { endpoint },
      notBefore: clock.now() - minutes * 60_000,
      limit: SCAN_FOR_SLOWEST,
      maxScan: SCAN_FOR_SLOWEST,
    });
    entries.sort((a, b) => b.ms - a.ms);
    return { entries: entries.slice(0, limit), scanned, complete: cursor === null };
  };

  return {
    async 'requests.list'({ pool, filter, before, limit }) {
      const log = logs.of(pool);
      const [found, total] = await Promise.all([
        log.list({ filter, before, limit, maxScan: SCAN }),
        log.total(),
      ]);
      return { ...found, total };
    },
    'requests.slowest': ({ pool, minutes, limit, endpoint }) => slowest(pool, minutes, limit, endpoint),
    async 'requests.summary'({ pool, minutes }) {
      const [summary, { entries }] = await Promise.all([
        logs.statsOf(pool).summary(minutes, clock.now()),
        slowest(pool, minutes, SLOWEST_SHOWN),
      ]);
      return { ...summary, slowest: entries };
    },
  };
}
