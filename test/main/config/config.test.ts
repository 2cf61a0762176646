import { describe, expect, it } from 'vitest';
import { SwitchboardError } from '@shared/errors';
import { type Config, readConfig } from '../../../src/main/config/config';

function config(args: string[] = [], env: Record<string, string> = {}): Config {
  const outcome = readConfig(args, env);
  if (outcome.kind !== 'config') throw new Error('expected a config');
  return outcome.config;
}

function faults(args: string[], env: Record<string, string> = {}): string[] {
  try {
    readConfig(args, env);
  } catch (error) {
    if (error instanceof SwitchboardError) return error.message.split('\n');
  }
  throw new Error('expected faults');
}

describe('readConfig', () => {
  it('needs nothing to be said', () => {
    expect(config()).toEqual({
      display: 'auto',
      host: '127.0.0.1',
      port: 4780,
      redis: null,
      connection: undefined,
      connectionsFile: expect.stringMatching(/Switchboard.*connections\.json$/) as string,
      maxRetries: 10,
      connectTimeoutMs: 10_000,
      commandTimeoutMs: 5_000,
      pool: 'default',
      simulate: undefined,
      role: undefined,
      actor: undefined,
      openBrowser: true,
      workers: undefined,
      cleanUpAtStart: undefined,
      logLevel: 'warn',
      apiTokens: [],
      apiOrigins: [],
      allowedHosts: [],
    });
  });

  it('takes flags, and lets them win over the environment', () => {
    const read = config(
      ['--browser', '--port', '4801', '--role=operator', '--no-open', '--simulate', 'steady', '--pool', 'eu'],
      { SWITCHBOARD_PORT: '1', SWITCHBOARD_ROLE: 'viewer', SWITCHBOARD_POOL: 'us' },
    );
    expect(read).toMatchObject({
      display: 'browser',
      port: 4801,
      role: 'operator',
      openBrowser: false,
      simulate: 'steady',
      pool: 'eu',
    });
  });

  it('takes every setting from the environment', () => {
    const read = config([], {
      SWITCHBOARD_HEADLESS: 'true',
      SWITCHBOARD_OPEN: 'off',
      SWITCHBOARD_SIMULATE: 'none',
      SWITCHBOARD_WORKERS: 'no',
      SWITCHBOARD_LOG: 'debug',
      SWITCHBOARD_API_KEY: '0123456789abcdef',
      REDIS_URL: 'redis://cache:6380/2',
      REDIS_MAX_RETRIES: '3',
      REDIS_CONNECT_TIMEOUT: '250',
      REDIS_COMMAND_TIMEOUT: '125',
      SWITCHBOARD_API_TOKENS: 'grafana:viewer:fedcba9876543210',
      SWITCHBOARD_API_ORIGINS: 'https://app.example, http://localhost:3000',
      SWITCHBOARD_ALLOWED_HOSTS: 'switchboard.internal',
    });
    expect(read).toMatchObject({
      display: 'headless',
      openBrowser: false,
      simulate: null,
      workers: false,
      logLevel: 'debug',
      apiTokens: [
        { actor: 'api', role: 'admin', secret: '0123456789abcdef' },
        { actor: 'grafana', role: 'viewer', secret: 'fedcba9876543210' },
      ],
      apiOrigins: ['https://app.example', 'http://localhost:3000'],
      allowedHosts: ['switchboard.internal'],
      maxRetries: 3,
      connectTimeoutMs: 250,
      commandTimeoutMs: 125,
    });
    expect(read.redis?.endpoint).toEqual({ kind: 'tcp', host: 'cache', port: 6380 });
  });

  it('tells --no-simulate and --no-workers from silence', () => {
    expect(config(['--no-simulate', '--no-workers'])).toMatchObject({ simulate: null, workers: false });
    expect(config(['--workers'])).toMatchObject({ workers: true, cleanUpAtStart: undefined });
  });

  it('cleans up at the start as it is told, by flag or variable', () => {
    expect(config(['--clean-up-at-start'])).toMatchObject({ cleanUpAtStart: true });
    expect(config(['--no-clean-up-at-start'])).toMatchObject({ cleanUpAtStart: false });
    expect(config([], { SWITCHBOARD_CLEAN_UP_AT_START: 'off' })).toMatchObject({ cleanUpAtStart: false });
    expect(config(['--no-clean-up-at-start'], { SWITCHBOARD_CLEAN_UP_AT_START: 'on' })).toMatchObject({
      cleanUpAtStart: false,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(config([], { SWITCHBOARD_PORT: '', REDIS_URL: '' })).toMatchObject({ port: 4780, redis: null });
  });

  it('reports every fault at once, each with name, value and what is allowed', () => {
    const found = faults(['--port', '99999', '--role', 'king', '--sideways', 'stray'], {
      REDIS_MAX_RETRIES: '-1',
      REDIS_URL: 'http://example',
    });
    expect(found).toHaveLength(6);
    expect(found).toContainEqual(expect.stringMatching(/^--port "99999": allowed is .*65535/));
    expect(found).toContainEqual('--role "king": allowed is viewer, operator or admin');
    expect(found).toContainEqual(expect.stringMatching(/^--sideways: there is no such flag/));
    expect(found).toContainEqual(expect.stringMatching(/^"stray": flags only/));
    expect(found).toContainEqual(expect.stringMatching(/^REDIS_MAX_RETRIES "-1": allowed is/));
    expect(found).toContainEqual(expect.stringMatching(/^REDIS_URL "http:\/\/example": .*redis:\/\//));
  });

  it.each([
    [['--port'], /^--port: needs a value$/],
    [['--port', 'abc'], /^--port "abc": allowed is/],
    [['--browser=yes'], /^--browser "yes": takes no value$/],
    [['--host', 'a b'], /^--host "a b": allowed is/],
    [['--pool', 'Großbritannien'], /^--pool "Großbritannien": allowed is/],
    [['--browser', '--headless'], /choose one/],
  ])('refuses %j in one line', (args, message) => {
    expect(faults(args)).toEqual([expect.stringMatching(message)]);
  });

  it('never shows a secret', () => {
    const found = faults(['--redis', 'redis://user:hunter2@host:port'], {
      SWITCHBOARD_API_KEY: 'short-secret',
    });
    expect(found).toHaveLength(2);
    expect(found.join('\n')).not.toMatch(/hunter2|short-secret/);
  });

  it('explains every flag and variable in its help', () => {
    const outcome = readConfig(['--help', '--port', 'nonsense'], {});
    expect(outcome.kind).toBe('help');
    const text = outcome.kind === 'help' ? outcome.text : '';
    for (const word of ['--browser', '--headless', '--port', '--host', '--redis', '--pool', '--simulate'])
      expect(text).toContain(word);
    for (const word of [
      '--no-simulate',
      '--role',
      '--no-open',
      'REDIS_URL',
      'REDIS_MAX_RETRIES',
      'SWITCHBOARD_PORT',
    ])
      expect(text).toContain(word);
  });
});
