import { histogramMiddle } from '@shared/histogram';
import type { EngineContext } from '../engine/context';
import { type EdgeCount, EMPTY_MINUTE, type MinuteFigures, parseMinute, unpackHistograms } from './minute';

const MINUTE_MS = 60_000;

/** After a long pause the totals go on with the newest minutes only; a counter may miss, but never guess. */
const MAX_MINUTES_AT_ONCE = 240;

/** A duration and how often it came. */
type CountedDuration = readonly [ms: number, times: number];

/** What happened in a pool since somebody began to look: whoever did it, in whichever process. */
export interface MoveTotalsReading {
  moves: { from: string; to: string; cause: string; count: number }[];
  /** Waits until matched. */
  waits: CountedDuration[];
  calls: CountedDuration[];
}

type MinuteContext = Pick<EngineContext, 'store' | 'keys'>;

/** Adds the minute statistics of a pool up to totals that only ever grow, as counters must. */
export class MoveTotals {
  private readonly moves = new Map<string, { from: string; to: string; cause: string; count: number }>();
  private readonly waits = new Map<number, number>();
  private readonly calls = new Map<number, number>();
  /** The newest minute that was added, as it was then. */
  private last: { minute: number; figures: MinuteFigures } | null = null;
  private reading: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: MinuteContext) {}

  /** Adds what is new and tells the totals. Everything before the first call counts as zero. */
  read(): Promise<MoveTotalsReading> {
    const next = this.reading.then(() => this.readOnce());
    this.reading = next.catch(() => undefined);
    return next;
  }

  private async readOnce(): Promise<MoveTotalsReading> {
    const now = await currentMinute(this.context);
    const first = Math.max(this.last?.minute ?? now, now - MAX_MINUTES_AT_ONCE);
    const minutes = await readMinutes(this.context, first, now);
    const newest = minutes.at(-1) ?? EMPTY_MINUTE;
    const { last } = this;
    if (last)
      minutes.forEach((figures, index) =>
        this.addGrowth(figures, first + index === last.minute ? last.figures : EMPTY_MINUTE),
      );
    this.last = { minute: now, figures: newest };
    return {
      moves: [...this.moves.values()],
      waits: durations(this.waits),
      calls: durations(this.calls),
    };
  }

  /** Adds what a minute has more than it had. A minute that somebody emptied has less: that is no growth. */
  private addGrowth(figures: MinuteFigures, before: MinuteFigures): void {
    const known = new Map(before.edges.map((move) => [keyOf(move), move.count]));
    for (const move of figures.edges) {
      const key = keyOf(move);
      const [from = '', to = ''] = move.edge.split('>');
      const total = this.moves.get(key) ?? { from, to, cause: move.cause, count: 0 };
      total.count += Math.max(0, move.count - (known.get(key) ?? 0));
      this.moves.set(key, total);
    }
    grow(this.waits, figures.matched, before.matched);
    grow(this.calls, figures.calls, before.calls);
  }
}

function keyOf({ edge, cause }: EdgeCount): string {
  return `${edge}:${cause}`;
}

/** How many people were matched in the last minutes. */
export async function readMatchRate(
  context: MinuteContext,
  minutes = 3,
): Promise<{ matched: number; overMs: number }> {
  const time = await serverTime(context);
  const now = Math.floor(time / MINUTE_MS);
  const figures = await readMinutes(context, now - minutes + 1, now);
  const matched = figures.flatMap(({ edges }) => edges.filter(({ edge }) => edge === 'WAITING>CONNECTING'));
  return {
    matched: matched.reduce((sum, { count }) => sum + count, 0),
    overMs: (minutes - 1) * MINUTE_MS + (time % MINUTE_MS),
  };
}

function grow(groups: Map<number, number>, now: Uint32Array, before: Uint32Array): void {
  const known = unpackHistograms([before]);
  for (const [group, times] of unpackHistograms([now]))
    groups.set(group, (groups.get(group) ?? 0) + Math.max(0, times - (known.get(group) ?? 0)));
}

function durations(groups: ReadonlyMap<number, number>): CountedDuration[] {
  return [...groups].map(([group, times]) => [histogramMiddle(group), times] as const);
}

async function serverTime({ store }: MinuteContext): Promise<number> {
  const [seconds, microseconds] = (await store.command(['TIME'])) as [string, string];
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

async function currentMinute(context: MinuteContext): Promise<number> {
  return Math.floor((await serverTime(context)) / MINUTE_MS);
}

async function readMinutes(
  { store, keys }: MinuteContext,
  first: number,
  last: number,
): Promise<MinuteFigures[]> {
  const replies = await store.pipeline(
    Array.from({ length: last - first + 1 }, (_, index) => ['HGETALL', keys.stats(first + index)] as const),
  );
  return replies.map((reply) => parseMinute(reply as string[]));
}
