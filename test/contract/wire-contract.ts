import { afterEach, describe, expect, it, vi } from 'vitest';
import { operations, feeds } from '@shared/contract';
import { DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import { type Role, roleIncludes, ROLES } from '@shared/contract/define';
import { type Envelope, SwitchboardError } from '@shared/errors';
import type { Wire } from '@shared/transport';
import { createDispatcher, type Dispatcher } from '../../src/main/api/dispatch';
import type { DeploymentState } from '../../src/main/api/middleware/check-deployment';
import { silentLogger } from '../../src/main/lib/log';
import { createFakeBackEnd, type FakeBackEnd } from '../support/contract-fakes';
import { validInput } from '../support/valid-input';

/** One page at the other end of a wire. */
export interface ContractPage {
  wire: Pick<Wire, 'invoke'> & Partial<Pick<Wire, 'subscribe'>>;
  /** The page goes away without a word. */
  leave: () => void | Promise<void>;
}

/** What each wire brings to the suite. */
export interface ContractWire {
  name: string;
  /** Whether the wire carries feeds too. */
  feeds: boolean;
  /** Serves the dispatcher, and opens pages that act in the given role. */
  serve: (
    dispatcher: Dispatcher,
    role: Role,
  ) => Promise<{ open: () => Promise<ContractPage>; close: () => Promise<void> }>;
}

/** Values of fields that cannot be guessed from their schema. */
const PROFILE = {
  id: 'test',
  name: 'Test',
  environment: 'development',
  endpoint: { kind: 'tcp', host: 'localhost', port: 6379 },
};
/** Values for fields that cannot be found by trying. */
const HINTS = { rules: DEFAULT_ALARM_RULES, profile: PROFILE };
const FORCE = { users: ['ada'], to: 'IDLE', reason: 'a test' };

/** What every wire must do alike: one suite, so that the console is the same wherever it is shown. */
export function describeWireContract({ name, feeds: carriesFeeds, serve }: ContractWire): void {
  const closing: (() => unknown)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function start(role: Role = 'admin') {
    const backEnd: FakeBackEnd = createFakeBackEnd();
    const deployment: DeploymentState = { readOnly: false, connection: 'ready' };
    const dispatcher = createDispatcher({ ...backEnd, deployment: () => deployment, log: silentLogger });
    const server = await serve(dispatcher, role);
    closing.push(server.close);
    const open = async () => {
      const page = await server.open();
      closing.push(page.leave);
      return page;
    };
    return { backEnd, deployment, open, ...(await open()) };
  }

  describe(`invoke over ${name}`, () => {
    it('reaches every operation of the contract', async () => {
      const { wire, backEnd } = await start();
      for (const operation of Object.keys(operations)) {
        const envelope = await wire.invoke(operation, {});
        if (envelope.ok) expect(envelope.value).toEqual({ operation });
        else
          expect(envelope.error).toMatchObject({
            code: 'bad_input',
            message: expect.stringContaining(`"${operation}"`) as string,
          });
      }
      expect(backEnd.asked.map(({ name }) => name)).toContain('session.get');
    });

    it('carries input and answer whole, with a request id', async () => {
      const { wire, backEnd } = await start();
      const odd = {
        text: 'čau "quoted" \u2028 \u0000 😀',
        nothing: null,
        deep: [{ a: [1.5, -0.1, 1e21] }],
        empty: {},
      };
      backEnd.answer('transitions.force', () => odd);
      const envelope = await wire.invoke('transitions.force', FORCE);
      expect(envelope).toEqual({
        ok: true,
        value: odd,
        requestId: expect.stringMatching(/^[\w-]{8,64}$/) as string,
      });
      expect(backEnd.asked[0]).toMatchObject({
        input: { ...FORCE, pool: 'default', dryRun: false },
        context: { role: 'admin', requestId: envelope.requestId },
      });
    });

    it('keeps answers apart when they come back in another order', async () => {
      const { wire, backEnd } = await start();
      let finishFirst = () => {};
      backEnd.answer(
        'transitions.force',
        () => new Promise((resolve) => (finishFirst = () => resolve('slow'))),
      );
      const slow = wire.invoke('transitions.force', FORCE);
      await vi.waitFor(() => expect(backEnd.asked).toHaveLength(1));
      expect(await wire.invoke('session.get', {})).toMatchObject({ value: { operation: 'session.get' } });
      finishFirst();
      expect(await slow).toMatchObject({ value: 'slow' });
    });

    it('carries a large input', async () => {
      const { wire, backEnd } = await start();
      const users = Array.from({ length: 1000 }, (_, index) => `user-${index}`.padEnd(128, 'x'));
      expect(await wire.invoke('transitions.force', { ...FORCE, users })).toMatchObject({ ok: true });
      expect(backEnd.asked[0]?.input).toMatchObject({ users });
    });

    it('answers faults of the input with their paths', async () => {
      const { wire } = await start();
      expect(await wire.invoke('transitions.force', { ...FORCE, users: ['a:b'] })).toMatchObject({
        ok: false,
        error: { code: 'bad_input', details: { faults: [{ path: 'users[0]' }] } },
        requestId: expect.stringMatching(/^[\w-]{8,64}$/) as string,
      });
    });

    it.each([
      ['a string', 'text'],
      ['a number', 7],
      ['a list', [1, 2]],
      ['true', true],
      ['unknown fields', { surprise: 1 }],
      ['a constructor', { constructor: { prototype: { polluted: 1 } } }],
    ])('refuses %s for an input', async (_what, input) => {
      const { wire, backEnd } = await start();
      expect(await wire.invoke('session.get', input)).toMatchObject({
        ok: false,
        error: { code: 'bad_input' },
      });
      expect(backEnd.asked).toEqual([]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it.each(['no.such.operation', '__proto__', 'constructor', 'toString', 'overview', '../session.get', ' '])(
      'knows no operation %j',
      async (operation) => {
        const { wire } = await start();
        expect(await wire.invoke(operation, {})).toMatchObject({ ok: false, error: { code: 'not_found' } });
      },
    );

    it('refuses a viewer what only an admin may do', async () => {
      const { wire, backEnd } = await start('viewer');
      expect(await wire.invoke('transitions.force', FORCE)).toMatchObject({
        ok: false,
        error: { code: 'forbidden' },
      });
      expect(await wire.invoke('session.get', {})).toMatchObject({ ok: true });
      expect(backEnd.asked.map(({ context }) => context.role)).toEqual(['viewer']);
    });

    it.each(ROLES)(
      'lets a %s call exactly the operations that the contract gives to that role',
      async (role) => {
        const { wire, backEnd } = await start(role);
        for (const [name, { access, input }] of Object.entries(operations)) {
          const allowed = roleIncludes(role, access);
          const envelope = await wire.invoke(name, validInput(input, HINTS));
          expect(envelope, name).toMatchObject(
            allowed ? { ok: true, value: { operation: name } } : { ok: false, error: { code: 'forbidden' } },
          );
          expect(
            backEnd.asked.filter((asked) => asked.name === name),
            name,
          ).toHaveLength(allowed ? 1 : 0);
        }
      },
    );

    it('refuses commands while Redis is away', async () => {
      const { wire, deployment } = await start();
      deployment.connection = 'reconnecting';
      expect(await wire.invoke('transitions.force', FORCE)).toMatchObject({
        ok: false,
        error: { code: 'redis_away' },
      });
    });

    it('carries code, message and details of a refusal, and nothing of a fault', async () => {
      const { wire, backEnd } = await start();
      backEnd.answer('session.get', () => {
        throw new SwitchboardError('wrong_state', 'ada is IDLE', { user: 'ada', state: 'IDLE' });
      });
      expect(await wire.invoke('session.get', {})).toMatchObject({
        error: { code: 'wrong_state', message: 'ada is IDLE', details: { user: 'ada', state: 'IDLE' } },
      });
      backEnd.answer('session.get', () => {
        throw new Error('secret inner workings');
      });
      const fault = await wire.invoke('session.get', {});
      expect(fault).toMatchObject({ ok: false, error: { code: 'internal' } });
      expect(JSON.stringify(fault)).not.toContain('secret');
    });
  });

  if (!carriesFeeds) return;

  describe(`subscribe over ${name}`, () => {
    const listen = (wire: ContractPage['wire'], feed = 'overview', input: unknown = {}) => {
      const events: Envelope<unknown>[] = [];
      const stop = wire.subscribe?.(feed, input, (event) => events.push(event)) ?? (() => {});
      return { events, stop };
    };
    const running = async (backEnd: FakeBackEnd, number: number) => {
      await vi.waitFor(() => expect(backEnd.running.size).toBe(number), { timeout: 5_000 });
      return [...backEnd.running];
    };

    it('reaches every feed of the contract', async () => {
      const { wire, backEnd } = await start();
      for (const feed of Object.keys(feeds)) listen(wire, feed);
      const names = (await running(backEnd, Object.keys(feeds).length)).map((feed) => feed.name);
      expect(names.sort()).toEqual(Object.keys(feeds).sort());
    });

    it('carries events in order, in envelopes, until it is stopped', async () => {
      const { wire, backEnd } = await start();
      const { events, stop } = listen(wire, 'overview', { pool: 'eu' });
      const [feed] = await running(backEnd, 1);
      expect(feed?.input).toEqual({ pool: 'eu' });
      for (const number of [1, 2, 3]) feed?.publish({ number });
      await vi.waitFor(() => expect(events).toHaveLength(3));
      expect(events.map((event) => event.ok && event.value)).toEqual([
        { number: 1 },
        { number: 2 },
        { number: 3 },
      ]);
      stop();
      stop();
      await running(backEnd, 0);
    });

    it('keeps two subscriptions of one feed apart', async () => {
      const { wire, backEnd } = await start();
      const eu = listen(wire, 'overview', { pool: 'eu' });
      const us = listen(wire, 'overview', { pool: 'us' });
      const feeds = await running(backEnd, 2);
      for (const feed of feeds) feed.publish(feed.input);
      await vi.waitFor(() => expect([eu.events.length, us.events.length]).toEqual([1, 1]));
      expect(eu.events).toMatchObject([{ value: { pool: 'eu' } }]);
      eu.stop();
      const [left] = await running(backEnd, 1);
      expect(left?.input).toEqual({ pool: 'us' });
    });

    it('tells why a feed ends, as its last event', async () => {
      const { wire, backEnd } = await start();
      const { events } = listen(wire);
      const [feed] = await running(backEnd, 1);
      feed?.fail(new SwitchboardError('redis_away', 'gone'));
      feed?.publish('too late');
      await vi.waitFor(() => expect(events).toMatchObject([{ ok: false, error: { code: 'redis_away' } }]));
      expect(backEnd.running.size).toBe(0);
    });

    it.each([
      ['no.such.feed', {}, 'not_found'],
      ['__proto__', {}, 'not_found'],
      ['session.get', {}, 'not_found'],
      ['overview', { pool: 'Not A Pool' }, 'bad_input'],
    ])('answers %s %j with one error envelope', async (feed, input, code) => {
      const { wire } = await start();
      const { events } = listen(wire, feed, input);
      await vi.waitFor(() => expect(events).toMatchObject([{ ok: false, error: { code } }]));
    });

    it('ends the subscriptions of a page that goes away, and no others', async () => {
      const { wire, backEnd, open, leave } = await start();
      const other = await open();
      listen(wire, 'overview');
      listen(wire, 'health');
      listen(other.wire, 'trends');
      await running(backEnd, 3);
      await leave();
      const [left] = await running(backEnd, 1);
      expect(left?.name).toBe('trends');
      const { events } = listen(other.wire, 'health');
      for (const feed of await running(backEnd, 2)) feed.publish(1);
      await vi.waitFor(() => expect(events).toHaveLength(1));
    });

    it('tells a page that leaks subscriptions, and goes on serving it', async () => {
      const { wire, backEnd } = await start();
      const last = Array.from({ length: 70 }, () => listen(wire)).at(-1);
      await vi.waitFor(() =>
        expect(last?.events).toMatchObject([{ ok: false, error: { code: 'rate_limited' } }]),
      );
      expect(backEnd.running.size).toBe(64);
      expect(await wire.invoke('session.get', {})).toMatchObject({ ok: true });
    });
  });
}
