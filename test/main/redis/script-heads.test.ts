import { describe, expect, it } from 'vitest';
import { INCLUDE, withDefaults } from '../../../src/main/engine/core';
import { DEFAULT_SETTINGS } from '../../../src/main/engine/settings';
import { type TransitionInput, transitionScript } from '../../../src/main/engine/transition';
import { poolKeys } from '../../../src/main/redis/keys';
import type { Script } from '../../../src/main/redis/script';

const keys = poolKeys('eu');
const acting = { keys, settings: DEFAULT_SETTINGS, by: 'test', transaction: 'tx-0000001' };

/** An input for each script, by its name: two of whatever there may be several of. */
const SAMPLES: Record<string, unknown> = {
  adopt: { keys, state: 'IDLE', offset: 0, count: 10 },
  alone: { keys, offset: 0, count: 10 },
  change: { acting, action: 'patch', users: [{ user: 'alice', fields: { lastIP: '192.0.2.1' } }] },
  connect: { acting, user: 'alice', atOnce: true },
  count: { key: keys.limit('enqueue', 'alice'), windowMs: 1_000 },
  details: { keys, user: 'alice', heartbeatLimitMs: 30_000 },
  heartbeat: { keys, settings: DEFAULT_SETTINGS, users: ['alice', 'bob'] },
  'keep-alarms': {
    keys,
    judge: 'p1',
    alarms: [{ kind: 'stuck-users', level: 'fine', since: null, value: 0 }],
    changes: [],
  },
  list: { keys, states: ['IDLE', 'WAITING'], offset: 0, count: 10, order: 'oldest', fields: ['lastIP'] },
  'log-requests': {
    keys,
    limits: { cap: 10, statsTtlMs: 1_000 },
    records: [0, 60_000].map((at) => ({
      ...{ at, endpoint: 'skip', user: 'alice', stateBefore: null, status: 200, code: null, ms: 1 },
      ...{ requestId: 'request-1', caller: 'api', server: 'here:1' },
    })),
    lost: 0,
  },
  look: { keys, users: ['alice', 'bob'] },
  match: { acting, pairs: 1, window: 4, checks: 10 },
  observe: { keys, since: 1, count: 10, users: ['alice', 'bob'] },
  overview: { keys, newest: 10 },
  permissions: { keys, commands: [['ZCARD', keys.sets.IDLE], ['TIME']] },
  pair: { acting, users: ['alice', 'bob'] },
  present: { keys },
  remove: { acting, users: ['alice', 'bob'], reason: 'as a test' },
  rollback: { acting, target: 'tx-0000002' },
  rows: { keys, users: ['alice', 'bob'] },
  search: { key: keys.sets.IDLE, from: '-inf', offset: 0, count: 10, text: 'al', match: 'prefix' },
  separate: { acting, user: 'alice', action: 'skip', alive: true },
  'split-sample': { keys, sample: 5 },
  inspect: { keys, users: ['alice', 'bob'] },
  repair: { acting, user: 'alice', kinds: ['split', 'no-metadata'], reason: 'a test' },
  sweep: { acting, rule: 'alone', offset: 0, count: 0, dryRun: false, users: ['alice', 'bob'] },
  tail: { key: keys.journal, after: '0-0', limit: 10 },
  transition: { acting, steps: [{ user: 'alice', to: 'IDLE', patch: { level: 3 } }] },
  view: { keys, user: 'alice' },
};

const LUA = import.meta.glob<string>('../../../src/main/**/*.lua', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const MODULES = import.meta.glob<Record<string, unknown>>(
  '../../../src/main/{alarms,api,connections,engine,journal,metadata}/**/*.ts',
  { eager: true },
);

/** As they stand in a script. */
const texts = Object.entries(LUA).map(([path, text]) => ({ name: fileName(path), text: withDefaults(text) }));
const scripts = Object.values(MODULES).flatMap((module) => Object.values(module).filter(isScript));

function fileName(path: string): string {
  return /([^/]+)\.lua$/.exec(path)?.[1] ?? path;
}

function isScript(value: unknown): value is Script<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'digest' in value && 'encode' in value;
}

/** One documented key or argument; a tail stands for all that follow. */
interface Slot {
  number: number;
  tail: boolean;
  /** What the head calls it, up to its type or its meaning. */
  about: string;
}

interface Head {
  text: string;
  keys: Slot[];
  args: Slot[];
  /** The first lines of code, up to the first blank one: they give every slot a name. */
  names: string;
  /** Everything after them. */
  body: string;
}

function headOf(text: string): Head {
  const lines = text.split('\n');
  const codeAt = lines.findIndex((line) => !line.startsWith('--'));
  const blankAt = lines.findIndex((line, index) => index > codeAt && line.trim() === '');
  const head = lines.slice(0, codeAt).join('\n');
  return {
    text: head,
    keys: slots(head, 'KEYS'),
    args: slots(head, 'ARGV'),
    names: lines.slice(codeAt, blankAt).join('\n'),
    body: lines.slice(blankAt).join('\n'),
  };
}

function slots(head: string, kind: 'KEYS' | 'ARGV'): Slot[] {
  const pattern = new RegExp(`^-- ${kind}\\[(\\d+)(…?)\\]\\s+(.+)$`, 'gm');
  return [...head.matchAll(pattern)].map(([, number, tail, about = '']) => ({
    number: Number(number),
    tail: tail === '…',
    about,
  }));
}

/** Whether a script has all of a text: around what that text includes, where it includes something. */
function contains(source: string, text: string): boolean {
  return text
    .replaceAll(INCLUDE, '\0')
    .split('\0')
    .every((piece) => source.includes(piece));
}

/** The texts that a script is made of. */
function partsOf(script: Script<unknown, unknown>): Head[] {
  return texts.filter(({ text }) => contains(script.source, text)).map(({ text }) => headOf(text));
}

function consecutive(found: readonly Slot[]): void {
  const numbers = found.map(({ number }) => number).sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
}

describe.each(texts)('the text of $name.lua', ({ name, text }) => {
  const head = headOf(text);

  it('says what it is', () => {
    expect(text.startsWith(`-- ${name}: `)).toBe(true);
  });

  it('gives every documented key and argument a name in its first lines, and no other', () => {
    for (const [kind, found] of [
      ['KEYS', head.keys],
      ['ARGV', head.args],
    ] as const) {
      const named = [...head.names.matchAll(new RegExp(`${kind}\\[(\\d+)\\]`, 'g'))].map(([, number]) =>
        Number(number),
      );
      const single = found.filter(({ tail }) => !tail).map(({ number }) => number);
      expect([...new Set(named)].sort((a, b) => a - b)).toEqual(single);
      for (const { number } of found.filter(({ tail }) => tail)) {
        expect(head.names).toMatch(new RegExp(`${kind}(?!\\[)`));
        if (number > 1) expect(head.names).toMatch(new RegExp(`\\b${number}\\b`));
      }
    }
  });

  it('uses no raw KEYS[…] or ARGV[…] after them', () => {
    expect(head.body).not.toMatch(/\b(KEYS|ARGV)\s*\[/);
  });
});

describe.each(scripts.map((script) => ({ name: script.name, script })))(
  'the script $name',
  ({ name, script }) => {
    const parts = partsOf(script);
    const documentedKeys = parts.flatMap((part) => part.keys);
    const documentedArgs = parts.flatMap((part) => part.args);
    const sent = () => {
      expect(SAMPLES, 'every script has a sample in this test').toHaveProperty([name]);
      return script.encode(SAMPLES[name]);
    };

    it('documents its keys and arguments without a gap, what it returns, and its effects if it writes', () => {
      consecutive(documentedKeys);
      consecutive(documentedArgs);
      const own = parts.at(-1)?.text ?? '';
      const all = parts.map(({ text }) => text).join('\n');
      expect(all).toMatch(/^-- Returns /m);
      if (!/Read-only|in one atomic read/.test(all)) expect(all).toMatch(/^-- Effects /m);
      expect(own).not.toBe('');
    });

    it('gets exactly the documented keys from its caller, each of the documented kind', () => {
      const { keys: given } = sent();
      const tail = documentedKeys.find((slot) => slot.tail);
      if (tail) expect(given.length).toBeGreaterThanOrEqual(tail.number);
      else expect(given).toHaveLength(documentedKeys.length);
      for (const { number, about } of documentedKeys.filter((slot) => !slot.tail)) {
        const fixed = about.split(/[<\s]/)[0] ?? '';
        expect(given[number - 1]).toContain(`:${fixed}`);
      }
    });

    it('gets exactly the documented arguments from its caller', () => {
      const { args } = sent();
      const tail = documentedArgs.find((slot) => slot.tail);
      if (tail) expect(args.length).toBeGreaterThanOrEqual(tail.number);
      else expect(args).toHaveLength(documentedArgs.length);
    });
  },
);

it('every option that a moving script gets stands in its head', () => {
  const unusual = Object.fromEntries(
    Object.entries(DEFAULT_SETTINGS).map(([name, value]) => [name, value + 1]),
  );
  const step = {
    user: 'alice',
    to: 'IDLE',
    expectedFrom: 'WAITING',
    action: 'end',
    partner: 'bob',
    room: 'r',
  };
  const input = {
    ...{ acting: { ...acting, settings: unusual, now: 1 }, steps: [{ ...step, patch: { level: 3 } }] },
    ...{ forced: true, dryRun: true, skip: true, reason: 'a test' },
  };
  const { args } = transitionScript.encode(input as unknown as TransitionInput);
  const options = args
    .filter((arg) => String(arg).startsWith('{'))
    .map((arg) => JSON.parse(String(arg)) as object);
  const heads = partsOf(transitionScript as Script<unknown, unknown>)
    .map(({ text }) => text)
    .join('\n');
  const names = options.flatMap(Object.keys).filter((name) => !(name in DEFAULT_SETTINGS));
  expect(names).toHaveLength(10);
  for (const name of names) expect(heads).toMatch(new RegExp(`\\b${name}\\b`));
  const settings = options.flatMap(Object.keys).filter((name) => name in DEFAULT_SETTINGS);
  for (const name of settings) expect(transitionScript.source).toContain(`OPTIONS.${name}`);
});

it('every text is part of a script that this test knows', () => {
  const used = scripts.map(({ source }) => source).join('\n');
  const unused = texts.filter(({ text }) => !contains(used, text)).map(({ name }) => name);
  expect(unused).toEqual([]);
});
