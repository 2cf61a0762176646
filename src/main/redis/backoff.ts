import type { Random } from '../lib/random';

/** The first wait between attempts, in milliseconds. */
export const BACKOFF_BASE_MS = 1_000;
/** The longest wait between attempts, in milliseconds. */
export const BACKOFF_CAP_MS = 30_000;

/**
 * How long to wait before the attempt after `failed` failed ones: doubling from the base to the cap, of which between
 * half and all is taken by chance, so that many consoles do not return in step.
 */
export function backoffMs(failed: number, random: Random): number {
  const whole = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** failed);
  return Math.round(whole * (0.5 + random() / 2));
}
