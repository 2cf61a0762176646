import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import { type Remembered, remember } from '../lib/remember';
import { poolKeys } from '../redis/keys';
import type { Store } from '../redis/store';
import { RequestLog, type RequestLogLimits } from './request-log';
import { RequestStats } from './request-stats';

/** About how many requests each pool retains. */
const DEFAULT_CAP = 50_000;

export interface RequestLogsOptions {
  store: Store;
  log: Logger;
  clock: Clock;
  /** How long minute statistics are kept (ms). */
  statsTtlMs: number;
  cap?: number;
}

/** The request logs of every pool, for writing and for reading. */
export class RequestLogs {
  private readonly logs: Remembered<RequestLog>;
  private readonly statistics: Remembered<RequestStats>;
  private lost = 0;

  constructor({ store, log, clock, statsTtlMs, cap = DEFAULT_CAP }: RequestLogsOptions) {
    const limits: RequestLogLimits = { cap, statsTtlMs };
    this.logs = remember((pool) => {
      const keys = poolKeys(pool, store.layout);
      return new RequestLog({
        store,
        keys,
        log,
        clock,
        limits,
        onLost: (requests) => (this.lost += requests),
      });
    });
    this.statistics = remember(
      (pool) => new RequestStats({ store, keys: poolKeys(pool, store.layout), retainedMs: statsTtlMs }),
    );
  }

  /** Requests that could not be kept since the process began. */
  get lostRequests(): number {
    return this.lost;
  }

  of(pool: string): RequestLog {
    return this.logs.get(pool);
  }

  statsOf(pool: string): RequestStats {
    return this.statistics.get(pool);
  }

  /** Writes what waits, once; for the end of the process. */
  async flush(): Promise<void> {
    await Promise.all(this.logs.all().map((log) => log.flush()));
  }
}
