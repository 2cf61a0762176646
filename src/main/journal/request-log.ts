import { z } from 'zod';
import { outcomeOf, type RequestEntry, type RequestFilter } from '@shared/contract/requests';
import { isState } from '@shared/states';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import type { Store } from '../redis/store';
import { BatchWriter } from './batch-writer';
import { olderThan } from './entry';
import logRequestsLua from './log-requests.lua?raw';
import { durationGroup, endpointField, LOST_FIELD } from './request-stats';

/** A request as it is handed to the log; its id is given by the stream. */
export type RequestRecord = Omit<RequestEntry, 'id'>;

/** How much of the log is kept, and for how long its minute statistics are. */
export interface RequestLogLimits {
  /** About how many requests are retained. */
  cap: number;
  statsTtlMs: number;
}

export interface RequestLogOptions {
  store: Store;
  keys: PoolKeys;
  log: Logger;
  clock: Clock;
  limits: RequestLogLimits;
  /** Told of requests that could not be kept, for the metrics. */
  onLost?: (requests: number) => void;
}

const MINUTE_MS = 60_000;

/** How many entries one read takes, so that no call holds Redis up. */
const PAGE = 1_000;
/** How many entries one call writes: about a millisecond of Redis. */
const BATCH = 200;

/** The log of a pool's API requests in Redis, with minute statistics beside it, for every process to write and read. */
export class RequestLog {
  private readonly writer: BatchWriter<RequestRecord>;
  private lost = 0;

  constructor(private readonly options: RequestLogOptions) {
    this.writer = new BatchWriter({
      log: options.log,
      clock: options.clock,
      batchSize: BATCH,
      write: (records) => this.write(records),
      onLost: (requests) => {
        this.lost += requests;
        options.onLost?.(requests);
      },
    });
  }

  /** Notes a request. Never waits and never throws. */
  add(record: RequestRecord): void {
    this.writer.add(record);
  }

  /** Writes what waits; for the end of the process. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  /** How many requests are retained. */
  async total(): Promise<number> {
    return (await this.options.store.command(['XLEN', this.options.keys.requests])) as number;
  }

  /**
   * Reads back from the newest entry, or from before one, until enough agree or enough have been looked at.
   * @param maxScan how many entries may be looked at by this call
   */
  async list(query: {
    filter: RequestFilter;
    before?: string | undefined;
    /** Stop at entries written before this time (ms). */
    notBefore?: number | undefined;
    limit: number;
    maxScan: number;
  }): Promise<{ entries: RequestEntry[]; cursor: string | null; scanned: number }> {
    const entries: RequestEntry[] = [];
    let scanned = 0;
    let cursor = query.before ?? null;
    for (;;) {
      const page = await this.readBack(cursor, Math.min(PAGE, query.maxScan - scanned), query.notBefore);
      for (const entry of page) {
        scanned += 1;
        cursor = entry.id;
        if (agrees(entry, query.filter)) entries.push(entry);
        if (entries.length === query.limit) return { entries, cursor, scanned };
      }
      if (page.length === 0) return { entries, cursor: null, scanned };
      if (scanned >= query.maxScan) return { entries, cursor, scanned };
    }
  }

  private async readBack(before: string | null, entries: number, notBefore = 0): Promise<RequestEntry[]> {
    const { store, keys } = this.options;
    const reply = await store.command([
      'XREVRANGE',
      keys.requests,
      olderThan(before),
      notBefore || '-',
      'COUNT',
      entries,
    ]);
    return (reply as [string, string[]][]).map(([id, fields]) => parseEntry(id, fields));
  }

  private async write(records: readonly RequestRecord[]): Promise<void> {
    const { store, keys, limits } = this.options;
    const lost = this.lost;
    await store.run(logRequestsScript, { keys, limits, records, lost });
    this.lost -= lost;
  }
}

/** A batch of requests, and how many before them were lost. */
interface RequestBatch {
  keys: PoolKeys;
  limits: RequestLogLimits;
  records: readonly RequestRecord[];
  lost: number;
}

/** Writes a batch whole. Entries travel as one text: as arguments of their own they cost this process far more. */
export const logRequestsScript = defineScript<RequestBatch, number>({
  name: 'log-requests',
  source: logRequestsLua,
  encode({ keys, limits, records, lost }) {
    const minutes = [...countByMinute(records, lost)];
    return {
      keys: [keys.requests, ...minutes.map(([minute]) => keys.requestStats(minute))],
      args: [
        limits.cap,
        limits.statsTtlMs,
        JSON.stringify(records.map(encodeEntry)),
        JSON.stringify(minutes.map(([, counts]) => [...counts].flat())),
      ],
    };
  },
  decode: (reply) => reply as number,
});

/** What is not known is left out: most entries have no error, and each field costs on both sides. */
function encodeEntry(record: RequestRecord): (string | number)[] {
  const { at, endpoint, user, stateBefore, status, code, ms, requestId, caller, server } = record;
  const fields: (string | number)[] = ['at', at, 'endpoint', endpoint, 'status', status];
  if (user !== null) fields.push('user', user);
  if (stateBefore !== null) fields.push('before', stateBefore);
  if (code !== null) fields.push('code', code);
  fields.push('ms', Math.round(ms * 10) / 10, 'request', requestId, 'caller', caller, 'server', server);
  return fields;
}

const text = z.string().catch('');
const number = z.coerce.number().catch(0);
/** The entry as it stands in the stream; a field that somebody else spoilt reads as empty. */
const storedEntry = z.object({
  at: number,
  endpoint: text,
  user: text,
  before: text,
  status: number,
  code: text,
  ms: number,
  request: text,
  caller: text,
  server: text,
});

function parseEntry(id: string, fields: readonly string[]): RequestEntry {
  const raw: Record<string, string | undefined> = {};
  for (let index = 0; index + 1 < fields.length; index += 2) raw[fields[index] ?? ''] = fields[index + 1];
  const { user, before, code, request, ...rest } = storedEntry.parse(raw);
  return {
    id,
    ...rest,
    user: user || null,
    stateBefore: isState(before) ? before : null,
    code: code || null,
    requestId: request,
  };
}

function agrees(entry: RequestEntry, filter: RequestFilter): boolean {
  const { outcome, minMs, ...exact } = filter;
  if (outcome !== undefined && outcomeOf(entry.status) !== outcome) return false;
  if (minMs !== undefined && entry.ms < minMs) return false;
  return Object.entries(exact).every(
    ([field, wanted]) => wanted === undefined || entry[field as keyof typeof exact] === wanted,
  );
}

function countByMinute(records: readonly RequestRecord[], lost: number): Map<number, Map<string, number>> {
  const minutes = new Map<number, Map<string, number>>();
  const count = (at: number, field: string, times = 1) => {
    const minute = Math.floor(at / MINUTE_MS);
    const counts = minutes.get(minute) ?? new Map<string, number>();
    counts.set(field, (counts.get(field) ?? 0) + times);
    minutes.set(minute, counts);
  };
  for (const { at, endpoint, status, code, ms } of records) {
    count(at, endpointField.outcome(endpoint, status, code));
    count(at, endpointField.duration(endpoint, durationGroup(ms)));
  }
  const newest = records.at(-1);
  if (lost > 0 && newest) count(newest.at, LOST_FIELD, lost);
  return minutes;
}
