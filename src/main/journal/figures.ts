import { SERVICE_TARGET, type TrendPoint, type WindowFigures } from '@shared/contract/overview';
import { type Histogram, histogramQuantile, histogramShareWithin } from '@shared/histogram';
import { type State, STATES } from '@shared/states';
import { type MinuteFigures, unpackHistograms } from './minute';

type Edges = Record<string, number>;

/** Adds up moves by edge and by cause. */
export function countMoves(minute: MinuteFigures): { edges: Edges; causes: Edges } {
  const edges: Edges = {};
  const causes: Edges = {};
  for (const { edge, cause, count } of minute.edges) {
    edges[edge] = (edges[edge] ?? 0) + count;
    causes[cause] = (causes[cause] ?? 0) + count;
  }
  return { edges, causes };
}

/** What point and window have in common. */
function commonFigures(minute: MinuteFigures, waits: Histogram) {
  const { edges, causes } = countMoves(minute);
  const calls = unpackHistograms([minute.calls]);
  return {
    edges,
    causes,
    serviceLevel: histogramShareWithin(waits, SERVICE_TARGET.withinMs),
    matched: edges['WAITING>CONNECTING'] ?? 0,
    left: (edges['WAITING>IDLE'] ?? 0) + (edges['WAITING>UNKNOWN'] ?? 0),
    failed: edges['CONNECTING>WAITING'] ?? 0,
    leftP50Ms: histogramQuantile(unpackHistograms([minute.left]), 0.5),
    callP50Ms: histogramQuantile(calls, 0.5),
    callP95Ms: histogramQuantile(calls, 0.95),
  };
}

/** The figures of one step of history. */
export function toPoint(at: number, counts: TrendPoint['counts'], minute: MinuteFigures): TrendPoint {
  const waits = unpackHistograms([minute.matched]);
  return {
    at,
    counts,
    waitP50Ms: histogramQuantile(waits, 0.5),
    waitP95Ms: histogramQuantile(waits, 0.95),
    waitP99Ms: histogramQuantile(waits, 0.99),
    ...commonFigures(minute, waits),
  };
}

/** The figures of a whole window. */
export function toWindow(minute: MinuteFigures): WindowFigures {
  const waits = unpackHistograms([minute.matched]);
  return {
    p50Ms: histogramQuantile(waits, 0.5),
    p95Ms: histogramQuantile(waits, 0.95),
    p99Ms: histogramQuantile(waits, 0.99),
    ...commonFigures(minute, waits),
  };
}

/**
 * Users by state at the beginning of a step, from those at its end and the moves between. Where another program
 * moves users without telling, the result is the best guess; it is never below zero.
 */
export function countsBefore(counts: Readonly<Record<State, number>>, edges: Edges): Record<State, number> {
  const before = { ...counts };
  for (const state of STATES) {
    for (const [edge, count] of Object.entries(edges)) {
      const [from, to] = edge.split('>');
      if (to === state) before[state] -= count;
      if (from === state) before[state] += count;
    }
    before[state] = Math.max(0, before[state]);
  }
  return before;
}
