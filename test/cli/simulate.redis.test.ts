import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/main/simulator/record';
import { type RunningCommand, runCommand } from '../support/command';
import { startStore, type TestStore } from '../support/store';
import { until } from '../support/until';

const LIMIT = 60_000;
let folder: string;
let redis: TestStore;
const cleanups: (() => unknown)[] = [];

/** Builds the bundles where that is needed, so that no test's time includes it. */
beforeAll(async () => {
  redis = await startStore('redis');
  const build = runCommand(['--help'], {}, 'simulate.mjs');
  expect(await build.ended).toBe(0);
  expect(build.stdout()).toContain('--report FILE');
  await build.remove();
}, 180_000);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'switchboard-simulate-'));
  await redis.client.flushall();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true });
});
afterAll(() => redis.stop());

function simulate(args: readonly string[], env: Record<string, string> = {}): RunningCommand {
  const command = runCommand(args, env, 'simulate.mjs');
  cleanups.push(() => command.remove());
  return command;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const STATE_SET = /:(idle|waiting|connecting|in_call|disconnecting|heartbeats)$/;

/** The sets of a pool that hold anybody. */
async function setsOf(pool: string): Promise<string[]> {
  return (await redis.client.keys(`*${pool}*`)).filter((key) => STATE_SET.test(key));
}

/** What is left of simulated people in a pool, but for what ends by itself within a minute. */
async function leftIn(pool: string, passing = /:limit:/): Promise<string[]> {
  const named = (await redis.client.keys(`*${pool}*sim-*`)).filter((key) => !passing.test(key));
  return [...named, ...(await setsOf(pool))];
}

const CAUGHT = `name: mine
title: Mine
people: 20
arrivals: { pattern: steady, within: 500ms }
mix: [{ persona: casual-browser, share: 1 }]
faults: [{ do: corrupt-user, at: 1500ms, every: 500ms }]
`;

describe('npm run simulate, asked wrongly', () => {
  it('ends with 2, and names every value and what is allowed', async () => {
    const command = simulate(['rush', '--seed', 'x', '--duration', 'soon', '--report', 'a.pdf', '--fast']);
    expect(await command.ended).toBe(2);
    const said = command.stderr();
    expect(said).toMatch(/"rush": neither a file nor a ready scenario.*rush-hour/);
    expect(said).toMatch(/--seed "x".*0 to 4294967295/);
    expect(said).toMatch(/--duration "soon".*30s/);
    expect(said).toMatch(/--report "a.pdf".*\.html/);
    expect(said).toMatch(/--fast.*no such flag/);
    expect(command.stdout()).toBe('');
  });

  it('ends with 2 and points at the line of a scenario file', async () => {
    const path = file('mine.yaml', CAUGHT.replace('people: 20', 'people: few'));
    const command = simulate([path]);
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toContain(`${path}:3 people:`);
  });

  it('shows no password of an address that is not one', async () => {
    const command = simulate(['steady', '--redis', 'http://me:top-secret@localhost']);
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toContain('[removed]');
    expect(command.stderr()).not.toContain('top-secret');
  });
});

describe('npm run simulate', () => {
  it(
    'ends with 0 when every promise held, writes the report, and leaves no private store',
    async () => {
      const report = join(folder, 'report.html');
      const command = simulate([
        'steady',
        '--users',
        '30',
        '--duration',
        '4s',
        '--seed',
        '7',
        '--report',
        report,
      ]);
      expect(await command.ended).toBe(0);
      expect(command.stdout()).toMatch(/^passed: steady, seed 7: Every promise held\./);
      expect(command.stderr()).toMatch(/% · .* of 30 people · \d+ moves/);
      const page = readFileSync(report, 'utf8');
      expect(page).toContain('<svg');
      expect(page).not.toMatch(/(src|href)=/);
      await until(() => command.leftovers().length === 0);
    },
    LIMIT,
  );

  it(
    'ends with 1 when a promise broke, and says at once which',
    async () => {
      const report = join(folder, 'report.json');
      const command = simulate([file('mine.yaml', CAUGHT), '--duration', '6s', '--report', report]);
      expect(await command.ended).toBe(1);
      expect(command.stderr()).toMatch(/^broken at \d+\.\d s: (two-states|not-conserved): /m);
      expect(command.stdout()).toMatch(/^failed: mine, seed \d+: broken: /);
      const record = JSON.parse(readFileSync(report, 'utf8')) as RunRecord;
      expect(record.verdict.passed).toBe(false);
      expect(record.violations[0]?.message).not.toBe('');
    },
    LIMIT,
  );

  it(
    'uses a pool of its own on a Redis that was named, and leaves nothing behind',
    async () => {
      const command = simulate(['steady', '--users', '20', '--duration', '4s', '--redis', redis.url]);
      await until(async () => (await leftIn('simulated')).length > 0, { timeoutMs: 20_000 });
      expect(await command.ended).toBe(0);
      expect(await leftIn('simulated')).toEqual([]);
      expect(await redis.client.exists('matching:waiting', 'matching:idle', 'matching:in_call')).toBe(0);
    },
    LIMIT,
  );

  it(
    'takes everybody out when it is interrupted, and ends with 130',
    async () => {
      const command = simulate(['steady', '--users', '20', '--duration', '5m', '--redis', redis.url]);
      await until(async () => (await leftIn('simulated')).length > 0, { timeoutMs: 20_000 });
      command.signal('SIGINT');
      expect(await command.ended).toBe(130);
      expect(await leftIn('simulated')).toEqual([]);
    },
    LIMIT,
  );

  it(
    'ends with 3 for a pool that holds somebody else, or a Redis that is not there',
    async () => {
      await redis.client.zadd('{matching:busy}:waiting', Date.now(), 'somebody');
      const refused = simulate(['steady', '--redis', redis.url, '--pool', 'busy']);
      expect(await refused.ended).toBe(3);
      expect(refused.stderr()).toContain('somebody');
      const away = simulate(['steady', '--redis', 'redis://127.0.0.1:1']);
      expect(await away.ended).toBe(3);
      expect(await redis.client.zcard('{matching:busy}:waiting')).toBe(1);
    },
    LIMIT,
  );

  it(
    'kills a server process, and restarts and pauses its private Redis, without a broken promise',
    async () => {
      const report = join(folder, 'report.json');
      const faults =
        '[{ do: kill-server, at: 1s, for: 1s }, { do: pause-redis, at: 5s, for: 500ms }, { do: restart-redis, at: 6s }]';
      const scenario = CAUGHT.replace(/faults: .*/, `faults: ${faults}`);
      const command = simulate([file('mine.yaml', scenario), '--duration', '9s', '--report', report]);
      expect(await command.ended, command.stderr()).toBe(0);
      const { strikes, figures } = JSON.parse(readFileSync(report, 'utf8')) as RunRecord;
      expect(strikes.map(({ fault, detail }) => `${fault}: ${detail}`)).toEqual([
        'kill-server: a server process after 1000 ms of work',
        'pause-redis: the private server for 500 ms',
        'restart-redis: the private server',
      ]);
      expect(figures.moves).toBeGreaterThan(20);
      await until(() => command.leftovers().length === 0);
    },
    LIMIT,
  );

  it(
    'goes through the API of a server, as real clients do',
    async () => {
      const server = runCommand(['--headless', '--port', '0', '--redis', redis.url, '--pool', 'simulated'], {
        SWITCHBOARD_API_KEY: 'a-key-of-a-test-0123456789',
      });
      cleanups.push(() => server.remove());
      const url = await server.ready();
      const flags = ['steady', '--users', '20', '--duration', '8s', '--api', url];
      const stranger = simulate(flags);
      expect(await stranger.ended).toBe(3);
      expect(stranger.stderr()).toContain('wants a key');
      const command = simulate(flags, { SWITCHBOARD_API_KEY: 'a-key-of-a-test-0123456789' });
      expect(await command.ended, command.stderr()).toBe(0);
      expect(command.stdout()).toMatch(/^passed: .* [1-9]\d+ moves/);
      expect(await setsOf('simulated')).toEqual([]);
    },
    LIMIT,
  );

  it(
    'kills the server that people reach over HTTP, and its Redis, without a broken promise',
    async () => {
      const report = join(folder, 'report.json');
      const faults =
        '[{ do: kill-server, at: 3s, for: 500ms }, { do: pause-redis, at: 9s, for: 500ms }, { do: restart-redis, at: 11s }]';
      const scenario = CAUGHT.replace(/faults: .*/, `faults: ${faults}`);
      const flags = [
        file('mine.yaml', scenario),
        '--api',
        'private',
        '--duration',
        '16s',
        '--report',
        report,
      ];
      const command = simulate(flags);
      expect(await command.ended, command.stderr()).toBe(0);
      const { strikes, verdict, samples } = JSON.parse(readFileSync(report, 'utf8')) as RunRecord;
      expect(strikes.map(({ fault, detail }) => `${fault}: ${detail}`)).toEqual([
        'kill-server: the server, which is back after 500 ms',
        'pause-redis: the private server for 500 ms',
        'restart-redis: the private server',
      ]);
      expect(verdict.warnings).toEqual([]);
      // People go on after each of them: moves go on until the end.
      const movesAt = (share: number) => samples[Math.floor((samples.length - 1) * share)]?.moves ?? 0;
      expect(movesAt(1)).toBeGreaterThan(movesAt(0.9));
      await until(() => command.leftovers().length === 0);
    },
    2 * LIMIT,
  );

  it(
    'damages a user over HTTP where the Redis of that server is named too, and warns where it is not',
    async () => {
      const server = runCommand(['--headless', '--port', '0', '--redis', redis.url, '--pool', 'simulated']);
      cleanups.push(() => server.remove());
      const scenario = CAUGHT.replace(/faults: .*/, 'faults: [{ do: corrupt-user, at: 2s, every: 500ms }]');
      const path = file('mine.yaml', `${scenario}expect: two-states\n`);
      const flags = [path, '--duration', '6s', '--api', await server.ready()];
      const command = simulate([...flags, '--redis', redis.url]);
      expect(await command.ended, command.stderr()).toBe(0);
      expect(command.stdout()).toMatch(/^passed: .*The break was caught: two-states/);
      expect(command.stderr()).not.toContain('warning');
      expect(await leftIn('simulated')).toEqual([]);

      const blind = simulate(flags);
      expect(await blind.ended).toBe(1);
      expect(blind.stderr()).toMatch(/^warning: corrupt-user cannot strike here: .*--redis/m);
      expect(blind.stdout()).toMatch(/^failed: .*was not.*\n {2}warning: corrupt-user/);
      expect(await leftIn('simulated', /:(limit|cooldown):/)).toEqual([]);
    },
    2 * LIMIT,
  );

  it(
    'ends with 2 when the Redis that was named is not that of the server',
    async () => {
      const server = runCommand(['--headless', '--port', '0', '--pool', 'simulated']);
      cleanups.push(() => server.remove());
      const command = simulate(['steady', '--api', await server.ready(), '--redis', redis.url]);
      expect(await command.ended).toBe(2);
      expect(command.stderr()).toContain('the server works on another Redis');
      expect(await leftIn('simulated')).toEqual([]);
    },
    LIMIT,
  );
});
