import type { Clock } from '../lib/clock';
import type { Random } from '../lib/random';
import type { Way } from './way';

/** What is wrong with the way to the service right now. */
export interface Disturbance {
  /** Answers come so much later, until then (ms since the run began). */
  delay: { byMs: number; untilMs: number } | null;
  /** This share of answers is lost though the request was carried out, until then. */
  drop: { share: number; untilMs: number } | null;
}

/** A way that can be disturbed: answers are late or lost. Everything else passes through. */
export function disturbedWay(
  way: Way,
  disturbance: Disturbance,
  { clock, chance, elapsed }: { clock: Clock; chance: Random; elapsed: () => number },
): Way {
  return {
    ...way,
    async ask(request) {
      const outcome = await way.ask(request);
      const { delay, drop } = disturbance;
      if (delay && elapsed() < delay.untilMs)
        await new Promise<void>((resolve) => void clock.after(delay.byMs, resolve));
      if (drop && elapsed() < drop.untilMs && chance() < drop.share) return { kind: 'away' };
      return outcome;
    },
  };
}
