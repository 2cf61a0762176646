import { outcomeOf, type RequestSummary, type RequestTotals } from '@shared/contract/requests';
import { type Histogram, histogramGroup, histogramQuantile, mergeHistograms } from '@shared/histogram';
import type { PoolKeys } from '../redis/keys';
import type { Store } from '../redis/store';

const MINUTE_MS = 60_000;

/** How many minutes are read in one round trip. */
const MINUTES_PER_READ = 240;

/** At most this many steps in a chart. */
const MAX_POINTS = 120;

/** Counts requests that could not be logged. */
export const LOST_FIELD = 'lost';

/** The fields of a minute's hash. Endpoints and codes are words of ours and hold no colon. */
export const endpointField = {
  outcome: (endpoint: string, status: number, code: string | null) => `n:${endpoint}:${status}:${code ?? ''}`,
  duration: (endpoint: string, group: number) => `ms:${endpoint}:${group}`,
};

/** Requests take a millisecond or less, so their durations are counted in tenths of one. */
const PER_MS = 10;

/** The group of the histogram that a duration is counted in. */
export function durationGroup(ms: number): number {
  return histogramGroup(ms * PER_MS);
}

function quantileMs(durations: Histogram, share: number): number | null {
  const tenths = histogramQuantile(durations, share);
  return tenths === null ? null : tenths / PER_MS;
}

interface OutcomeCount {
  endpoint: string;
  status: number;
  code: string;
  times: number;
}

/** What is known of a stretch of time. */
interface Stretch {
  outcomes: OutcomeCount[];
  /** Durations by endpoint: group of the histogram to count. */
  durations: Map<string, Map<number, number>>;
  lost: number;
}

type SummaryWithoutLog = Omit<RequestSummary, 'slowest'>;

/** Reads the minute statistics of a pool's API requests. */
export class RequestStats {
  constructor(private readonly options: { store: Store; keys: PoolKeys; retainedMs: number }) {}

  /**
   * @param now ms since the epoch; the window ends with the minute that it is in
   * @param counts which endpoints count; all when missing
   */
  async summary(
    minutes: number,
    now: number,
    counts: (endpoint: string) => boolean = () => true,
  ): Promise<SummaryWithoutLog> {
    const last = Math.floor(now / MINUTE_MS);
    const first = last - minutes + 1;
    const retained = minutes * 2 * MINUTE_MS <= this.options.retainedMs;
    const window = only(await this.read(first, last), counts);
    const earlier = retained ? only(await this.read(first - minutes, first - 1), counts) : null;
    const whole = merge(window);
    return {
      pool: this.options.keys.pool,
      at: now,
      minutes,
      ...totals(whole),
      lost: whole.lost,
      before: earlier && totals(merge(earlier)),
      endpoints: byEndpoint(whole),
      errors: errors(whole),
      ...points(window, first),
    };
  }

  private async read(first: number, last: number): Promise<Stretch[]> {
    const { store, keys } = this.options;
    const stretches: Stretch[] = [];
    for (let from = first; from <= last; from += MINUTES_PER_READ) {
      const size = Math.min(MINUTES_PER_READ, last - from + 1);
      const replies = await store.pipeline(
        Array.from({ length: size }, (_, index) => ['HGETALL', keys.requestStats(from + index)] as const),
      );
      stretches.push(...replies.map(parseMinute));
    }
    return stretches;
  }
}

/** HGETALL answers in pairs, or as an object where the client makes one. */
function fieldsOf(reply: unknown): [string, string][] {
  if (!Array.isArray(reply)) return Object.entries(reply as Record<string, string>);
  const flat = reply as string[];
  return flat.flatMap((field, index): [string, string][] =>
    index % 2 === 0 ? [[field, flat[index + 1] ?? '0']] : [],
  );
}

function parseMinute(reply: unknown): Stretch {
  const stretch: Stretch = { outcomes: [], durations: new Map(), lost: 0 };
  for (const [field, value] of fieldsOf(reply)) {
    const times = Number(value) || 0;
    const [kind, endpoint = '', first = '', code = ''] = field.split(':');
    if (kind === 'n') stretch.outcomes.push({ endpoint, status: Number(first) || 0, code, times });
    else if (kind === 'ms') {
      const groups = stretch.durations.get(endpoint) ?? new Map<number, number>();
      groups.set(Number(first) || 0, times);
      stretch.durations.set(endpoint, groups);
    } else if (kind === LOST_FIELD) stretch.lost += times;
  }
  return stretch;
}

function only(stretches: Stretch[], counts: (endpoint: string) => boolean): Stretch[] {
  return stretches.map(({ outcomes, durations, lost }) => ({
    outcomes: outcomes.filter(({ endpoint }) => counts(endpoint)),
    durations: new Map([...durations].filter(([endpoint]) => counts(endpoint))),
    lost,
  }));
}

function merge(stretches: readonly Stretch[]): Stretch {
  const outcomes = new Map<string, OutcomeCount>();
  const durations = new Map<string, Map<number, number>[]>();
  let lost = 0;
  for (const stretch of stretches) {
    lost += stretch.lost;
    for (const one of stretch.outcomes) {
      const key = `${one.endpoint}:${one.status}:${one.code}`;
      const sum = outcomes.get(key);
      if (sum) sum.times += one.times;
      else outcomes.set(key, { ...one });
    }
    for (const [endpoint, groups] of stretch.durations)
      durations.set(endpoint, [...(durations.get(endpoint) ?? []), groups]);
  }
  return {
    lost,
    outcomes: [...outcomes.values()],
    durations: new Map([...durations].map(([endpoint, list]) => [endpoint, mergeHistograms(list)])),
  };
}

function counts(outcomes: readonly OutcomeCount[]) {
  const sum = { done: 0, refused: 0, failed: 0 };
  for (const { status, times } of outcomes) sum[outcomeOf(status)] += times;
  return sum;
}

function totals({ outcomes, durations }: Stretch): RequestTotals {
  const { done, refused, failed } = counts(outcomes);
  const all = mergeHistograms(durations.values());
  return {
    requests: done + refused + failed,
    refused,
    failed,
    p50Ms: quantileMs(all, 0.5),
    p95Ms: quantileMs(all, 0.95),
    p99Ms: quantileMs(all, 0.99),
  };
}

function byEndpoint({ outcomes, durations }: Stretch): RequestSummary['endpoints'] {
  const names = [...new Set(outcomes.map(({ endpoint }) => endpoint))];
  return names
    .map((endpoint) => ({
      endpoint,
      ...totals({
        outcomes: outcomes.filter((one) => one.endpoint === endpoint),
        durations: new Map([[endpoint, durations.get(endpoint) ?? new Map<number, number>()]]),
        lost: 0,
      }),
    }))
    .sort((a, b) => b.requests - a.requests);
}

function errors({ outcomes }: Stretch): RequestSummary['errors'] {
  return outcomes
    .filter(({ status }) => outcomeOf(status) !== 'done')
    .map(({ endpoint, status, code, times }) => ({ endpoint, status, code, count: times }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 20);
}

function points(minutes: readonly Stretch[], first: number): Pick<RequestSummary, 'stepMs' | 'points'> {
  const perStep = Math.ceil(minutes.length / MAX_POINTS);
  const steps: RequestSummary['points'] = [];
  for (let index = 0; index < minutes.length; index += perStep) {
    const step = merge(minutes.slice(index, index + perStep));
    steps.push({ at: (first + index) * MINUTE_MS, ...counts(step.outcomes), p95Ms: totals(step).p95Ms });
  }
  return { stepMs: perStep * MINUTE_MS, points: steps };
}
