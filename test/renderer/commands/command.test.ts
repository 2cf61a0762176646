import { afterEach, describe, expect, it, vi } from 'vitest';
import { SwitchboardError } from '@shared/errors';
import { Circle } from 'lucide-react';
import { type Command, refusalOf, type Situation } from '../../../src/renderer/commands/command';
import { COMMANDS } from '../../../src/renderer/commands/list';
import { runCommand } from '../../../src/renderer/commands/run';
import { offerUndo, undoTransaction } from '../../../src/renderer/commands/transaction-commands';
import { showToast, toasts } from '../../../src/renderer/store/toasts';
import { createClient } from '@shared/client';
import { createFixtureWire } from '../../support/fixture-wire';

const free: Situation = {
  ...{ role: 'admin', consoleRole: 'admin', readOnly: false, replica: false, stale: null },
  denied: new Map(),
};
const context = {
  client: createClient(createFixtureWire('empty')),
  navigate: () => undefined,
  refresh: () => undefined,
};
const command = (over: Partial<Command>): Command => ({
  id: 'test',
  group: 'View',
  icon: Circle,
  label: () => 'Test',
  run: () => undefined,
  ...over,
});

afterEach(() => toasts.setState({ list: [] }));

describe('whether a command may run', () => {
  it('follows the access level of its operation', () => {
    const start = { operation: 'simulator.start' } as const;
    expect(refusalOf(start, free)).toBeNull();
    expect(refusalOf(start, { ...free, role: 'viewer' })).toBe(
      'This needs the role operator; you are viewer.',
    );
  });

  it('refuses what changes Redis while it is away or read-only, and says which', () => {
    const start = { operation: 'simulator.start' } as const;
    expect(refusalOf(start, { ...free, stale: 'redis' })).toContain('Redis is away');
    expect(refusalOf(start, { ...free, readOnly: true })).toContain('read-only');
    expect(refusalOf(start, { ...free, replica: true })).toContain('connect to its primary');
    expect(refusalOf({ operation: 'users.get' }, { ...free, replica: true })).toBeNull();
  });

  it('allows what touches this process only while Redis is away, but not without the process', () => {
    const retry = { operation: 'connection.retry' } as const;
    expect(refusalOf(retry, { ...free, stale: 'redis', readOnly: true })).toBeNull();
    expect(refusalOf(retry, { ...free, stale: 'console' })).toContain('lost its own server');
  });

  it('adds the reason of the command itself', () => {
    expect(refusalOf({ refuse: () => 'not today' }, free)).toBe('not today');
  });
});

describe('running a command', () => {
  it('does not run a refused one and says why', async () => {
    const run = vi.fn();
    await runCommand(command({ run, refuse: () => 'not today' }), free, context);
    expect(run).not.toHaveBeenCalled();
    expect(toasts.getState().list.map(({ detail }) => detail)).toEqual(['not today']);
  });

  it('takes away the message that offers to undo what was just undone elsewhere', async () => {
    const client = createClient({
      invoke: () =>
        Promise.resolve({ ok: true, value: { transaction: 'undo-1', moves: [] }, requestId: 'r' }),
      subscribe: () => () => undefined,
    });
    const offer = (transaction: string) => offerUndo({ ...context, client }, 'default', transaction);
    showToast({ tone: 'good', title: 'ann moved', action: offer('tx-1') });
    showToast({ tone: 'good', title: 'ben moved', action: offer('tx-2') });
    const undo = undoTransaction({ pool: 'default', transaction: 'tx-1', until: Infinity });
    await runCommand(undo, free, { ...context, client });
    expect(toasts.getState().list.map(({ title }) => title)).toEqual([
      'ben moved',
      'Undone: 0 users put back',
    ]);
  });

  it('tells the message of what went wrong, and nothing of an unknown fault', async () => {
    const failing = (fault: Error) => command({ run: () => Promise.reject(fault) });
    await runCommand(failing(new SwitchboardError('moved_on', 'u1 is IDLE by now')), free, context);
    await runCommand(failing(new TypeError('x is undefined')), free, context);
    const [known, unknown] = toasts.getState().list.map(({ detail }) => detail);
    expect(known).toBe('u1 is IDLE by now');
    expect(unknown).not.toContain('undefined');
  });
});

describe('the list of commands', () => {
  it('gives no id and no shortcut twice, and no shortcut that is a part of another one', () => {
    const ids = COMMANDS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const shortcuts = COMMANDS.flatMap(({ shortcut }) => shortcut ?? []);
    for (const one of shortcuts) {
      const clashes = shortcuts.filter((other) => other === one || other.split(' ').includes(one));
      expect(clashes).toEqual([one]);
    }
  });
});
