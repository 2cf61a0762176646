import { z } from 'zod';
import type { Random } from '../lib/random';

/**
 * How a length of time is spread, in milliseconds. Short and readable in a scenario file:
 * `{ exponential: 8s }`, `{ lognormal: 30s, spread: 0.8 }` (median, sigma of the logarithm), `{ uniform: [1s, 3s] }`,
 * `{ weibull: 20s, shape: 1.5 }` (scale) or a plain `2s`.
 */
export type Distribution =
  | { kind: 'constant'; ms: number }
  | { kind: 'uniform'; fromMs: number; toMs: number }
  | { kind: 'exponential'; meanMs: number }
  | { kind: 'lognormal'; medianMs: number; spread: number }
  | { kind: 'weibull'; scaleMs: number; shape: number };

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A length of time: a number of milliseconds, or a number with `ms`, `s`, `m` or `h`. */
export const timeLength = z
  .union([z.number(), z.string()], {
    error: 'a length of time is a number with ms, s, m or h: 250ms, 1.5s, 2m',
  })
  .transform((value, context) => {
    const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(String(value).trim()) ?? [];
    if (number !== undefined) return Number(number) * (UNITS[unit] ?? 1);
    context.addIssue({
      code: 'custom',
      message: `"${value}" is no length of time: write a number with ms, s, m or h, for example 250ms, 1.5s or 2m`,
    });
    return z.NEVER;
  });

/** A distribution as a scenario file writes it. */
export const distribution = z.union(
  [
    timeLength.transform((ms): Distribution => ({ kind: 'constant', ms })),
    z
      .strictObject({ uniform: z.tuple([timeLength, timeLength]) })
      .transform(({ uniform: [fromMs, toMs] }): Distribution => ({ kind: 'uniform', fromMs, toMs })),
    z
      .strictObject({ exponential: timeLength })
      .transform(({ exponential }): Distribution => ({ kind: 'exponential', meanMs: exponential })),
    z
      .strictObject({ lognormal: timeLength, spread: z.number().positive().max(3).default(0.5) })
      .transform(({ lognormal, spread }): Distribution => ({
        kind: 'lognormal',
        medianMs: lognormal,
        spread,
      })),
    z
      .strictObject({ weibull: timeLength, shape: z.number().positive().max(10).default(1.5) })
      .transform(({ weibull, shape }): Distribution => ({ kind: 'weibull', scaleMs: weibull, shape })),
  ],
  {
    error:
      'a spread of times is a length (2s) or one of { uniform: [1s, 3s] }, { exponential: 8s }, { lognormal: 30s, spread: 0.8 }, { weibull: 20s, shape: 1.5 }',
  },
);

/** Draws one length of time in milliseconds. It always takes the same number of chances for the same kind. */
export function draw(from: Distribution, random: Random): number {
  switch (from.kind) {
    case 'constant':
      return from.ms;
    case 'uniform':
      return from.fromMs + (from.toMs - from.fromMs) * random();
    case 'exponential':
      return -from.meanMs * Math.log(1 - random());
    case 'lognormal':
      return from.medianMs * Math.exp(from.spread * normal(random));
    case 'weibull':
      return from.scaleMs * (-Math.log(1 - random())) ** (1 / from.shape);
  }
}

/** A standard normal number (Box and Muller). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
