import type { Histogram } from '@shared/histogram';

/** Moves of one kind within a minute. */
export interface EdgeCount {
  /** `FROM>TO`, UNKNOWN for no state. */
  edge: string;
  cause: string;
  count: number;
}

/** What one minute's hash says. Histograms are packed, group and count in turn: two days of them stay small. */
export interface MinuteFigures {
  edges: readonly EdgeCount[];
  /** Waits until matched. */
  matched: Uint32Array;
  /** Waits until leaving unmatched. */
  left: Uint32Array;
  /** Lengths of calls. */
  calls: Uint32Array;
  /** Moves altogether. */
  moves: number;
}

const NOTHING = new Uint32Array(0);

/** A minute in which nothing happened. */
export const EMPTY_MINUTE: MinuteFigures = {
  edges: [],
  matched: NOTHING,
  left: NOTHING,
  calls: NOTHING,
  moves: 0,
};

const EDGE = /^([A-Z_]+>[A-Z_]+):(.+)$/;
const HISTOGRAM = /^(wait:match|wait:leave|call):(\d{1,4})$/;

/** Reads a minute's hash, fields and values in turn, as `moves.lua` counts them. Unknown fields are passed over. */
export function parseMinute(hash: readonly string[]): MinuteFigures {
  if (hash.length === 0) return EMPTY_MINUTE;
  const edges: EdgeCount[] = [];
  const histograms: Record<string, number[]> = { 'wait:match': [], 'wait:leave': [], call: [] };
  let moves = 0;
  for (let index = 0; index + 1 < hash.length; index += 2) {
    const field = hash[index] ?? '';
    const count = Number(hash[index + 1]);
    if (!Number.isSafeInteger(count) || count < 0) continue;
    const [, edge, cause] = EDGE.exec(field) ?? [];
    if (edge && cause) {
      edges.push({ edge, cause, count });
      moves += count;
      continue;
    }
    const [, kind, group] = HISTOGRAM.exec(field) ?? [];
    if (kind) histograms[kind]?.push(Number(group), count);
  }
  return {
    edges,
    matched: Uint32Array.from(histograms['wait:match'] ?? []),
    left: Uint32Array.from(histograms['wait:leave'] ?? []),
    calls: Uint32Array.from(histograms['call'] ?? []),
    moves,
  };
}

/** Adds up packed histograms. */
export function unpackHistograms(packed: Iterable<Uint32Array>): Map<number, number> {
  const sum = new Map<number, number>();
  for (const pairs of packed)
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const group = pairs[index] ?? 0;
      sum.set(group, (sum.get(group) ?? 0) + (pairs[index + 1] ?? 0));
    }
  return sum;
}

function packHistogram(histogram: Histogram): Uint32Array {
  return Uint32Array.from([...histogram].flat());
}

/** Several minutes as if they were one. */
export function mergeMinutes(minutes: readonly MinuteFigures[]): MinuteFigures {
  if (minutes.length === 1 && minutes[0]) return minutes[0];
  const edges = new Map<string, EdgeCount>();
  for (const minute of minutes)
    for (const { edge, cause, count } of minute.edges) {
      const key = `${edge}:${cause}`;
      edges.set(key, { edge, cause, count: count + (edges.get(key)?.count ?? 0) });
    }
  const sum = (pick: (minute: MinuteFigures) => Uint32Array) =>
    packHistogram(unpackHistograms(minutes.map(pick)));
  return {
    edges: [...edges.values()],
    matched: sum((minute) => minute.matched),
    left: sum((minute) => minute.left),
    calls: sum((minute) => minute.calls),
    moves: minutes.reduce((total, minute) => total + minute.moves, 0),
  };
}
