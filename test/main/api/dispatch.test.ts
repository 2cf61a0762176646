import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Role } from '@shared/contract/define';
import { type Envelope, SwitchboardError } from '@shared/errors';
import { createDispatcher, type Dispatcher } from '../../../src/main/api/dispatch';
import type { DeploymentState } from '../../../src/main/api/middleware/check-deployment';
import type { Caller } from '../../../src/main/api/pipeline';
import { type Logger, silentLogger } from '../../../src/main/lib/log';
import { createFakeBackEnd, type FakeBackEnd } from '../../support/contract-fakes';

const FORCE = { users: ['ada'], to: 'IDLE', reason: 'a test' };

let backEnd: FakeBackEnd;
let deployment: DeploymentState;
let dispatcher: Dispatcher;

const as = (role: Role, more: Partial<Caller> = {}): Caller => ({
  actor: 'ada',
  role,
  host: 'memory',
  ...more,
});

const connect = (more: { checkOutputs?: boolean; log?: Logger } = {}) =>
  createDispatcher({ ...backEnd, deployment: () => deployment, log: silentLogger, ...more });

function errorOf(envelope: Envelope<unknown> | undefined) {
  if (!envelope || envelope.ok) throw new Error(`expected an error, got ${JSON.stringify(envelope)}`);
  return envelope.error;
}

beforeEach(() => {
  backEnd = createFakeBackEnd();
  deployment = { readOnly: false, connection: 'ready' };
  dispatcher = connect();
});

describe('invoke', () => {
  it('hands the handler the parsed input with its defaults and the caller', async () => {
    const envelope = await dispatcher.invoke('transitions.force', FORCE, as('admin'));
    expect(envelope).toMatchObject({ ok: true, value: { operation: 'transitions.force' } });
    expect(backEnd.asked).toMatchObject([
      {
        input: { ...FORCE, pool: 'default', dryRun: false },
        context: { actor: 'ada', role: 'admin', host: 'memory' },
      },
    ]);
  });

  it('keeps a request id that the caller chose, and replaces one that could harm a log line', async () => {
    const chosen = await dispatcher.invoke('session.get', {}, as('viewer', { requestId: 'chosen-id-1' }));
    expect(chosen.requestId).toBe('chosen-id-1');
    const harmful = await dispatcher.invoke(
      'session.get',
      {},
      as('viewer', { requestId: 'a\nb{"level":50}' }),
    );
    expect(harmful.requestId).toMatch(/^[\w-]{16}$/);
    expect(backEnd.asked.at(-1)?.context.requestId).toBe(harmful.requestId);
  });

  it('takes a missing input for all defaults', async () => {
    expect(await dispatcher.invoke('session.get', undefined, as('viewer'))).toMatchObject({ ok: true });
    expect(await dispatcher.invoke('session.get', null, as('viewer'))).toMatchObject({ ok: true });
  });

  it('tells every fault of an input at once, by path, and calls nothing', async () => {
    const error = errorOf(
      await dispatcher.invoke('transitions.force', { users: ['a b'], to: 'GONE', extra: 1 }, as('admin')),
    );
    expect(error.code).toBe('bad_input');
    expect(error.message).toContain('users[0]: a user id is 1 to 128');
    expect(error.message).toContain('to: ');
    expect(error.message).toContain('reason: ');
    expect(error.message).toContain('extra');
    expect(backEnd.asked).toEqual([]);
  });

  it('tells ten faults and counts the rest', async () => {
    const users = Array.from({ length: 500 }, () => 'a b');
    const error = errorOf(await dispatcher.invoke('transitions.force', { ...FORCE, users }, as('admin')));
    expect(error.details['faults']).toHaveLength(10);
    expect(error.message).toContain('and 490 more');
  });

  it.each(['viewer', 'operator'] as const)('refuses a %s what an admin may do', async (role) => {
    const error = errorOf(await dispatcher.invoke('transitions.force', FORCE, as(role)));
    expect(error).toMatchObject({ code: 'forbidden', details: { needed: 'admin', role } });
    expect(backEnd.asked).toEqual([]);
  });

  it('does not tell faults of the input to someone who may not call it', async () => {
    expect(errorOf(await dispatcher.invoke('transitions.force', {}, as('viewer'))).code).toBe('forbidden');
  });

  it.each(['nothing.such', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x'.repeat(10_000)])(
    'knows no operation %j',
    async (name) => {
      const error = errorOf(await dispatcher.invoke(name, {}, as('admin')));
      expect(error.code).toBe('not_found');
      expect(error.message.length).toBeLessThan(250);
    },
  );

  it.each([[['session.get']], [{ toString: () => 'session.get' }], [7], [null], [undefined]])(
    'takes only a string for a name: %j',
    async (name) => {
      expect(errorOf(await dispatcher.invoke(name as unknown as string, {}, as('admin'))).code).toBe(
        'not_found',
      );
    },
  );

  it.each(['connecting', 'reconnecting', 'closed'] as const)(
    'refuses commands while the connection is %s, and lets queries and local commands through',
    async (connection) => {
      deployment.connection = connection;
      const error = errorOf(await dispatcher.invoke('transitions.force', FORCE, as('admin')));
      expect(error).toMatchObject({ code: 'redis_away', details: { connection } });
      expect(await dispatcher.invoke('session.get', {}, as('viewer'))).toMatchObject({ ok: true });
      expect(await dispatcher.invoke('connection.retry', {}, as('viewer'))).toMatchObject({ ok: true });
    },
  );

  it('refuses a command after giving up, and asks for one attempt so that the next may pass', async () => {
    const wake = vi.fn();
    deployment = { readOnly: false, connection: 'gave-up', wake };
    const error = errorOf(await dispatcher.invoke('transitions.force', FORCE, as('admin')));
    expect(error.code).toBe('redis_away');
    expect(wake).toHaveBeenCalledTimes(1);
    await dispatcher.invoke('session.get', {}, as('viewer'));
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it('refuses commands on a read-only profile, whatever the role', async () => {
    deployment.readOnly = true;
    const error = errorOf(await dispatcher.invoke('transitions.force', FORCE, as('admin')));
    expect(error.code).toBe('read_only_profile');
    expect(await dispatcher.invoke('transitions.list', {}, as('viewer'))).toMatchObject({ ok: true });
  });

  it('hands on a refusal of the handler with its code and details', async () => {
    backEnd.answer('transitions.rollback', () => {
      throw new SwitchboardError('moved_on', 'ada has moved on', { user: 'ada' });
    });
    const transaction = { transaction: 'transaction-1' };
    expect(errorOf(await dispatcher.invoke('transitions.rollback', transaction, as('operator')))).toEqual({
      code: 'moved_on',
      message: 'ada has moved on',
      details: { user: 'ada' },
    });
  });

  it('keeps the text of an unforeseen fault in the log and out of the answer', async () => {
    backEnd.answer('session.get', () => {
      throw new Error('password hunter2 was wrong');
    });
    const error = vi.fn();
    const envelope = await connect({ log: { ...silentLogger, error } }).invoke(
      'session.get',
      {},
      as('viewer'),
    );
    expect(errorOf(envelope).code).toBe('internal');
    expect(JSON.stringify(envelope)).not.toContain('hunter2');
    expect(error).toHaveBeenCalledWith(
      expect.objectContaining({ requestId: envelope.requestId, err: expect.any(Error) as Error }),
      'request failed',
    );
  });

  it('logs a command with its caller and never its input', async () => {
    const info = vi.fn();
    await connect({ log: { ...silentLogger, info } }).invoke('transitions.force', FORCE, as('admin'));
    expect(info).toHaveBeenCalledWith(
      expect.objectContaining({
        actor: 'ada',
        role: 'admin',
        operation: 'transitions.force',
        ms: expect.any(Number) as number,
      }),
      'request done',
    );
    expect(JSON.stringify(info.mock.calls)).not.toContain('a test');
  });

  it('checks answers against the contract where told to', async () => {
    const checking = connect({ checkOutputs: true });
    expect(errorOf(await checking.invoke('session.get', {}, as('viewer'))).code).toBe('internal');
    backEnd.answer('transitions.list', () => ({ entries: [], total: 0 }));
    expect(await checking.invoke('transitions.list', {}, as('viewer'))).toMatchObject({ ok: true });
  });
});

describe('subscribe', () => {
  const listen = (feed = 'overview', input: unknown = {}, from = dispatcher) => {
    const events: Envelope<unknown>[] = [];
    const stop = from.subscribe(feed, input, as('viewer'), (event) => events.push(event));
    return { events, stop };
  };
  const started = async (number = 1) => {
    await vi.waitFor(() => expect(backEnd.running.size).toBe(number));
    return [...backEnd.running];
  };

  it('delivers each event in an envelope under one request id until stopped', async () => {
    const { events, stop } = listen('overview', { pool: 'eu' });
    const [feed] = await started();
    expect(feed?.input).toEqual({ pool: 'eu' });
    feed?.publish(1);
    feed?.publish(2);
    stop();
    stop();
    feed?.publish(3);
    expect(events).toMatchObject([
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
    expect(new Set(events.map((event) => event.requestId)).size).toBe(1);
    expect(backEnd.running.size).toBe(0);
  });

  it('delivers nothing before the caller holds the way to end it', async () => {
    backEnd.publishers.health = (_input, _context, _publish, fail) => {
      fail(new SwitchboardError('redis_away', 'gone'));
      return () => undefined;
    };
    let held = false;
    const early = await new Promise((resolve) => {
      dispatcher.subscribe('health', {}, as('viewer'), () => resolve(!held));
      held = true;
    });
    expect(early).toBe(false);
  });

  it('never starts a feed whose listener left at once', async () => {
    const { stop, events } = listen();
    stop();
    listen('health');
    await started();
    expect([...backEnd.running].map((feed) => feed.name)).toEqual(['health']);
    expect(events).toEqual([]);
  });

  it.each([
    ['nothing.such', {}, 'not_found'],
    ['__proto__', {}, 'not_found'],
    ['overview', { pool: 'NO GOOD' }, 'bad_input'],
  ])('answers %s %j with one error envelope', async (feed, input, code) => {
    const { events } = listen(feed, input);
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(errorOf(events[0]).code).toBe(code);
  });

  it('ends with an error envelope when the feed fails, and stops the feed', async () => {
    const { events } = listen();
    const [feed] = await started();
    feed?.fail(new SwitchboardError('redis_away', 'gone'));
    feed?.fail(new SwitchboardError('redis_away', 'gone again'));
    feed?.publish(1);
    expect(events).toHaveLength(1);
    expect(errorOf(events[0]).code).toBe('redis_away');
    expect(backEnd.running.size).toBe(0);
  });

  it('lets go of a listener that throws and goes on serving the others', async () => {
    dispatcher.subscribe('overview', {}, as('viewer'), () => {
      throw new Error('listener broke');
    });
    const { events } = listen();
    const [broken, good] = await started(2);
    expect(() => broken?.publish(1)).not.toThrow();
    good?.publish(2);
    expect(backEnd.running).toEqual(new Set([good]));
    expect(events).toMatchObject([{ ok: true, value: 2 }]);
  });

  it('ends with an error when an event breaks the contract, where that is checked', async () => {
    const { events } = listen('overview', {}, connect({ checkOutputs: true }));
    const [feed] = await started();
    feed?.publish({ pool: 'default' });
    expect(errorOf(events[0]).code).toBe('internal');
    expect(backEnd.running.size).toBe(0);
  });

  it('survives a feed that does not stop cleanly', async () => {
    backEnd.publishers.health = () => () => {
      throw new Error('stuck');
    };
    const { stop } = listen('health');
    await new Promise(setImmediate);
    expect(stop).not.toThrow();
  });
});
