import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/main/lib/random';
import { arrivalTimes, parseTrace } from '../../../src/main/simulator/arrivals';
import { type Distribution, distribution, draw } from '../../../src/main/simulator/distribution';
import { readyScenario, SCENARIO_NAMES } from '../../../src/main/simulator/library';
import { planRound } from '../../../src/main/simulator/plan';
import { personaPicker } from '../../../src/main/simulator/scenario';

const take = (times: Generator<number>, count: number) =>
  Array.from({ length: count }, () => times.next().value as number | undefined);

function wholePlan(name: string, seed: number) {
  const scenario = readyScenario(name);
  const pick = personaPicker(scenario.mix);
  return {
    arrivals: take(arrivalTimes(scenario.arrivals, scenario.people, seededRandom(seed)), 200),
    rounds: Array.from({ length: 50 }, (_, person) =>
      Array.from({ length: 5 }, (_round, round) => planRound(seed, person, round, pick(person / 50))),
    ),
  };
}

describe('the plan of a run', () => {
  it.each(SCENARIO_NAMES)('is the same for the same seed: %s', (name) => {
    expect(wholePlan(name, 7)).toEqual(wholePlan(name, 7));
  });

  it('is another for another seed', () => {
    expect(wholePlan('steady', 7).rounds).not.toEqual(wholePlan('steady', 8).rounds);
  });

  it('does not depend on the order in which people are asked', () => {
    const persona = personaPicker(readyScenario('steady').mix)(0.5);
    const late = planRound(1, 2, 3, persona);
    for (let person = 0; person < 10; person += 1) planRound(1, person, 0, persona);
    expect(planRound(1, 2, 3, persona)).toEqual(late);
  });
});

describe('distributions', () => {
  const cases: [string, Distribution, (ms: number) => number][] = [
    ['exponential', { kind: 'exponential', meanMs: 800 }, (ms) => 1 - Math.exp(-ms / 800)],
    [
      'uniform',
      { kind: 'uniform', fromMs: 100, toMs: 300 },
      (ms) => Math.min(1, Math.max(0, (ms - 100) / 200)),
    ],
    ['weibull', { kind: 'weibull', scaleMs: 500, shape: 1.5 }, (ms) => 1 - Math.exp(-((ms / 500) ** 1.5))],
    [
      'lognormal',
      { kind: 'lognormal', medianMs: 1_000, spread: 0.8 },
      (ms) => normalCdf(Math.log(ms / 1_000) / 0.8),
    ],
  ];

  it.each(cases)('fit what they claim to be (Kolmogorov and Smirnov, 1 %%): %s', (_name, shape, cdf) => {
    const random = seededRandom(99);
    const size = 5_000;
    const drawn = Array.from({ length: size }, () => draw(shape, random)).sort((a, b) => a - b);
    const distance = Math.max(
      ...drawn.map((ms, index) =>
        Math.max(Math.abs(cdf(ms) - index / size), Math.abs(cdf(ms) - (index + 1) / size)),
      ),
    );
    expect(distance).toBeLessThan(1.63 / Math.sqrt(size));
  });

  it.each([
    ['2s', { kind: 'constant', ms: 2_000 }],
    [250, { kind: 'constant', ms: 250 }],
    [{ uniform: ['1s', '1.5m'] }, { kind: 'uniform', fromMs: 1_000, toMs: 90_000 }],
    [
      { lognormal: '30s', spread: 0.8 },
      { kind: 'lognormal', medianMs: 30_000, spread: 0.8 },
    ],
  ])('are written as people would write them: %j', (written, meant) => {
    expect(distribution.parse(written)).toEqual(meant);
  });

  it('say what is allowed', () => {
    expect(distribution.safeParse('soon').error?.issues[0]?.message).toContain('{ exponential: 8s }');
  });
});

describe('arrivals', () => {
  it('come at the rate that was asked for', () => {
    const times = take(arrivalTimes({ pattern: 'rate', perSecond: 50 }, 0, seededRandom(3)), 5_000);
    const perSecond = (5_000 * 1_000) / (times.at(-1) ?? NaN);
    expect(perSecond).toBeGreaterThan(48);
    expect(perSecond).toBeLessThan(52);
  });

  it.each([
    [10, 110],
    [110, 10],
  ])('change their rate evenly on a ramp from %i to %i a second, and then keep it', (from, to) => {
    const ramp = { pattern: 'ramp', from, to, over: 60_000 } as const;
    const times = take(arrivalTimes(ramp, 0, seededRandom(3)), 6_000).filter((at) => at !== undefined);
    // The integral of the rate over ten seconds each; chance moves it by about its square root.
    const rate = (at: number) => from + (to - from) * Math.min(1, at / 60_000);
    for (const began of [0, 30_000, 50_000, 60_000, 70_000]) {
      const wanted = 10 * rate(Math.min(began + 5_000, 60_000));
      const came = times.filter((at) => at >= began && at < began + 10_000).length;
      expect(Math.abs(came - wanted)).toBeLessThan(4 * Math.sqrt(wanted));
    }
  });

  it('come faster in the rush hour', () => {
    const rush = { pattern: 'rush', base: 1, peak: 50, at: 60_000, width: 10_000 } as const;
    const times = take(arrivalTimes(rush, 0, seededRandom(3)), 900).filter((at) => at !== undefined);
    const within = (from: number, until: number) => times.filter((at) => at >= from && at < until).length;
    expect(within(55_000, 65_000)).toBeGreaterThan(10 * within(0, 10_000));
  });

  it('bring a crowd within its time', () => {
    const times = [
      ...arrivalTimes({ pattern: 'flash', at: 5_000, within: 1_000, base: 0 }, 40, seededRandom(1)),
    ];
    expect([times.length, times[0], Math.max(...times) < 6_000]).toEqual([40, 5_000, true]);
  });

  it('follow a recording', () => {
    const times = parseTrace('user,at\na,2s\nb,500ms\n');
    expect([...arrivalTimes({ pattern: 'trace', times }, 0, seededRandom(1))]).toEqual([500, 2_000]);
    expect(() => parseTrace('at\n1s\nlater\n')).toThrow('line 3');
  });
});

/** The normal distribution (Abramowitz and Stegun 7.1.26, error below 2e-7). */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const erf = 1 - poly * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
