import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';

/** How often Redis ran something, and how long it took for it in all. */
export interface CommandCost {
  calls: number;
  microseconds: number;
}

/** What Redis spent on each command, by name in small letters. Commands inside scripts count too. */
export type Costs = Map<string, CommandCost>;

/** The counters of Redis since it started. */
export async function readCosts(client: Redis): Promise<Costs> {
  const costs: Costs = new Map();
  for (const [, name = '', calls, usec] of (await client.info('commandstats')).matchAll(
    /^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm,
  ))
    costs.set(name, { calls: Number(calls), microseconds: Number(usec) });
  return costs;
}

/** What a piece of work cost Redis. */
export async function costOf(client: Redis, work: () => Promise<unknown>): Promise<Costs> {
  const before = await readCosts(client);
  await work();
  const after = await readCosts(client);
  after.delete('info');
  for (const [name, cost] of after) {
    const start = before.get(name) ?? { calls: 0, microseconds: 0 };
    const calls = cost.calls - start.calls;
    if (calls === 0) after.delete(name);
    else after.set(name, { calls, microseconds: cost.microseconds - start.microseconds });
  }
  return after;
}

/** Seconds of processor that the server's own thread has used since it started; those of all threads before Redis 7. */
export async function readCpu(client: Redis): Promise<number> {
  const info = await client.info('cpu');
  const seconds = (name: string) => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1] ?? Number.NaN);
  const own = seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread');
  return Number.isNaN(own) ? seconds('used_cpu_user') + seconds('used_cpu_sys') : own;
}

const SCRIPTS = new Set(['evalsha', 'eval']);

/** What the scripts themselves took, with everything inside. */
export function scriptCost(costs: Costs): CommandCost {
  return sum([...costs].filter(([name]) => SCRIPTS.has(name)).map(([, cost]) => cost));
}

/** What all other commands took: those inside scripts, or those sent bare. */
export function bareCost(costs: Costs): CommandCost {
  return sum([...costs].filter(([name]) => !SCRIPTS.has(name)).map(([, cost]) => cost));
}

function sum(costs: readonly CommandCost[]): CommandCost {
  return {
    calls: costs.reduce((total, { calls }) => total + calls, 0),
    microseconds: costs.reduce((total, { microseconds }) => total + microseconds, 0),
  };
}

/** How fast a task ran, and how long one took. */
export interface Pace {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Runs a task a number of times, so many of them in flight at once. */
export async function pace(
  count: number,
  inFlight: number,
  task: (number: number) => Promise<unknown>,
): Promise<Pace> {
  const times: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(inFlight, count) }, async () => {
      while (next < count) {
        const number = next++;
        const start = performance.now();
        await task(number);
        times.push(performance.now() - start);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  return { perSecond: count / seconds, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/** The value below which a share of the values lies; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** The middle of several values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The least disturbed of several costs: a quarter of them are lower. Redis counts microseconds by the wall, so whatever
 * else the machine does in the middle of a command is counted too, and hits long commands more often than short ones.
 */
export function undisturbed(values: readonly number[]): number {
  return quantile(values, 0.25);
}
