/**
 * Log-linear histograms of durations: exact below 16 ms, then 16 groups to each doubling. A value read back is the
 * middle of its group, so it is at most 1/32 (3.2 %) away from any value that was counted there.
 * `engine/moves.lua` counts with the same rule.
 */
const GROUPS = 16;

/** The group that a duration in milliseconds is counted in. */
export function histogramGroup(ms: number): number {
  const whole = Math.max(0, Math.floor(ms));
  if (whole < GROUPS) return whole;
  // Exact where floor(log2()) could be off by one through rounding.
  const shift = whole < 2 ** 31 ? 27 - Math.clz32(whole) : Math.floor(Math.log2(whole)) - 4;
  return shift * GROUPS + Math.floor(whole / 2 ** shift);
}

/** The middle of a group, in milliseconds. */
export function histogramMiddle(group: number): number {
  if (group < 2 * GROUPS) return group;
  const shift = Math.floor(group / GROUPS) - 1;
  const low = (group - shift * GROUPS) * 2 ** shift;
  return low + (2 ** shift - 1) / 2;
}

/** Counts by group. */
export type Histogram = ReadonlyMap<number, number>;

/** How many values were counted. */
export function histogramTotal(histogram: Histogram): number {
  let total = 0;
  for (const count of histogram.values()) total += count;
  return total;
}

/** The duration at or below which a share (0 to 1) of the values lies, or null when there are none. */
export function histogramQuantile(histogram: Histogram, share: number): number | null {
  const total = histogramTotal(histogram);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const group of [...histogram.keys()].sort((a, b) => a - b)) {
    seen += histogram.get(group) ?? 0;
    if (seen >= rank) return histogramMiddle(group);
  }
  return null;
}

/** The share (0 to 1) of values within a limit, or null when there are none. Groups count by their middle. */
export function histogramShareWithin(histogram: Histogram, limitMs: number): number | null {
  const total = histogramTotal(histogram);
  if (total === 0) return null;
  let within = 0;
  for (const [group, count] of histogram) if (histogramMiddle(group) <= limitMs) within += count;
  return within / total;
}

/** Adds one histogram to another. */
export function mergeHistograms(histograms: Iterable<Histogram>): Map<number, number> {
  const sum = new Map<number, number>();
  for (const histogram of histograms)
    for (const [group, count] of histogram) sum.set(group, (sum.get(group) ?? 0) + count);
  return sum;
}
