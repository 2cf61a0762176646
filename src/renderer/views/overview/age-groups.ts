import { formatThings } from '../../format';

/** Users whose wait lies between two edges. */
export interface AgeGroup {
  /** Short, for below a bar, in seconds: `<1`, `5–10`, `>60`. */
  label: string;
  /** The same in words. */
  spoken: string;
  count: number;
  /** Whether all of them have waited longer than the target. */
  late: boolean;
}

/**
 * Names the groups that edges make.
 * @param counts users by group, one more than there are edges, youngest first
 * @param edgesMs upper edges in milliseconds, ascending
 */
export function ageGroups(
  counts: readonly number[],
  edgesMs: readonly number[],
  targetMs: number,
): AgeGroup[] {
  return counts.map((count, index) => {
    const from = index === 0 ? 0 : (edgesMs[index - 1] ?? 0);
    const to = edgesMs[index];
    const late = from >= targetMs;
    const [low, high] = [from / 1000, (to ?? 0) / 1000];
    if (index === 0)
      return { label: `<${high} s`, spoken: `under ${formatThings(high, 'second')}`, count, late };
    if (to === undefined) return { label: `>${low}`, spoken: `over ${low} seconds`, count, late };
    return { label: `${low}–${high}`, spoken: `${low} to ${high} seconds`, count, late };
  });
}
