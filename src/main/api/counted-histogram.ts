import { Histogram } from 'prom-client';
import type { CountedDuration } from './metrics';

declare module 'prom-client' {
  interface Histogram<T extends string = string> {
    /** What the registry asks for when it writes the text format; `get` asks it too. */
    getForPromString(): ReturnType<Histogram<T>['get']>;
  }
}

/** What a histogram gives. */
type Values = Awaited<ReturnType<Histogram<'pool' | 'le'>['get']>>;

/**
 * A histogram by pool whose values were counted elsewhere: it shows counts that are set, where an ordinary one
 * would have to observe each value again.
 */
export class CountedHistogram extends Histogram<'pool' | 'le'> {
  private readonly byPool = new Map<string, readonly CountedDuration[]>();

  constructor(
    private readonly metricName: string,
    metricHelp: string,
    private readonly bucketsS: readonly number[],
  ) {
    super({
      name: metricName,
      help: metricHelp,
      labelNames: ['pool'],
      buckets: [...bucketsS],
      registers: [],
    });
  }

  /** Replaces what is known of a pool: durations in milliseconds and how often each came, since the beginning. */
  set(pool: string, durations: readonly CountedDuration[]): void {
    this.byPool.set(pool, durations);
  }

  /** Forgets every pool. */
  clear(): void {
    this.byPool.clear();
  }

  override async getForPromString(): Promise<Values> {
    const shape = await super.getForPromString();
    const values = [...this.byPool].flatMap(([pool, durations]) => this.valuesOf(pool, durations));
    return { ...shape, values: values.map((value) => ({ ...value, sharedLabels: {} })) };
  }

  private valuesOf(pool: string, durations: readonly CountedDuration[]): Values['values'] {
    let count = 0;
    let sumS = 0;
    for (const [ms, times] of durations) {
      count += times;
      sumS += (ms * times) / 1000;
    }
    const within = (limitS: number) =>
      durations.reduce((sum, [ms, times]) => (ms / 1000 <= limitS ? sum + times : sum), 0);
    const name = this.metricName;
    return [
      ...this.bucketsS.map((le) => ({
        metricName: `${name}_bucket`,
        labels: { pool, le },
        value: within(le),
      })),
      { metricName: `${name}_bucket`, labels: { pool, le: '+Inf' }, value: count },
      { metricName: `${name}_sum`, labels: { pool }, value: sumS },
      { metricName: `${name}_count`, labels: { pool }, value: count },
    ];
  }
}
