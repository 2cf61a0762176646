import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readAddress } from '@shared/address';
import type { Session } from '@shared/contract/session';
import { type Envelope, SwitchboardError, toErrorBody } from '@shared/errors';
import type { Wire } from '@shared/transport';
import { currentPlace, navigate } from '../../src/renderer/hooks/use-hash-location';
import { linkHere } from '../../src/renderer/place';
import { startConsole } from '../../src/renderer/session';
import { addJob, jobs } from '../../src/renderer/store/jobs';
import { emptyLive, live } from '../../src/renderer/store/live';
import { showToast, toasts } from '../../src/renderer/store/toasts';
import { ui } from '../../src/renderer/store/ui';

const sessionOf = (connection: string, id = `${connection}-1`): Session => ({
  version: '1',
  host: 'test',
  actor: 'ann',
  role: 'admin',
  consoleRole: 'admin',
  deployment: {
    ...{ id, connection, pool: connection === 'start' ? 'default' : 'eu', name: connection },
    ...{ environment: 'staging', address: 'redis://x', readOnly: false, embedded: null },
  },
});

const JOB = {
  ...{ title: 'Remove 2 users', done: 0, total: 2, moved: 0, skipped: [], fault: null, undo: null },
  cancel: () => undefined,
};

/** A wire whose answers and events the test gives by hand. */
function createHandWire() {
  const calls: { address: string; settle: (envelope: Envelope<unknown>) => void }[] = [];
  const feeds: { address: string; send: (event: Envelope<unknown>) => void }[] = [];
  const wire: Wire = {
    invoke: (address) => new Promise((settle) => calls.push({ address, settle })),
    subscribe(address, _input, send) {
      const feed = { address, send };
      feeds.push(feed);
      return () => void feeds.splice(feeds.indexOf(feed), 1);
    },
  };
  const answer = async (name: string, value: unknown) => {
    const at = calls.findIndex(({ address }) => readAddress(address).name === name);
    calls.splice(at, 1)[0]?.settle({ ok: true, value, requestId: 'r' });
    await vi.advanceTimersByTimeAsync(0);
  };
  const refuse = async (name: string, code: 'not_found' | 'secrets_unavailable') => {
    const at = calls.findIndex(({ address }) => readAddress(address).name === name);
    const error = toErrorBody(new SwitchboardError(code, 'it is not there'));
    calls.splice(at, 1)[0]?.settle({ ok: false, error, requestId: 'r' });
    await vi.advanceTimersByTimeAsync(0);
  };
  return { wire, calls, feeds, answer, refuse };
}

let hand: ReturnType<typeof createHandWire>;
let stop: () => void;

beforeEach(async () => {
  vi.useFakeTimers();
  sessionStorage.clear();
  location.hash = '#/users?state=IDLE';
  live.setState(emptyLive(Date.now()), true);
  hand = createHandWire();
  stop = startConsole(hand.wire);
  await hand.answer('session.get', sessionOf('start'));
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

async function choose(connection: string): Promise<void> {
  ui.setState({ connection });
  await vi.advanceTimersByTimeAsync(0);
}

describe('the session of a window', () => {
  it('follows the feeds of the deployment that it shows, and of no other', async () => {
    expect(hand.feeds.length).toBeGreaterThan(3);
    expect(new Set(hand.feeds.map(({ address }) => readAddress(address).deployment))).toEqual(
      new Set(['start-1']),
    );
    await choose('eu');
    await hand.answer('connections.open', sessionOf('eu'));
    expect(new Set(hand.feeds.map(({ address }) => readAddress(address).deployment))).toEqual(
      new Set(['eu-1']),
    );
    expect(ui.getState().pool).toBe('eu');
  });

  it('keeps the old picture until the new deployment is open, and then nothing of it', async () => {
    const health = hand.feeds.find(({ address }) => address.endsWith('/health'));
    health?.send({ ok: true, value: { status: 'ready' }, requestId: 'r' });
    showToast({ tone: 'good', title: 'done there' });
    ui.setState({
      pausedAt: 1,
      action: { verb: 'force', pool: 'default', choice: { kind: 'users', users: ['a'] } },
    });
    await choose('eu');
    expect(live.getState().session?.deployment.name).toBe('start');
    await hand.answer('connections.open', sessionOf('eu'));
    const { session, health: shown, overview, switches } = live.getState();
    expect({ name: session?.deployment.name, shown, overview, switches }).toEqual({
      ...{ name: 'eu', shown: null, overview: null, switches: 1 },
    });
    expect(ui.getState()).toMatchObject({ pausedAt: null, action: null });
    expect([toasts.getState().list, jobs.getState().list]).toEqual([[], []]);
    expect(location.hash).toBe('#/?connection=eu');
  });

  it('lets neither a late event nor a late answer of the old one through', async () => {
    const late = hand.feeds.find(({ address }) => address.endsWith('/health'));
    const { client } = live.getState();
    const settled = vi.fn();
    client?.call('users.list', {}).then(settled, settled);
    await choose('eu');
    await hand.answer('connections.open', sessionOf('eu'));
    late?.send({ ok: true, value: { status: 'gave-up' }, requestId: 'r' });
    await hand.answer('users.list', { rows: [] });
    expect(live.getState().health).toBeNull();
    expect(settled).not.toHaveBeenCalled();
  });

  it('takes only the last of several choices', async () => {
    await choose('eu');
    await choose('us');
    await choose('start');
    await hand.answer('connections.open', sessionOf('eu'));
    await hand.answer('connections.open', sessionOf('us'));
    expect(live.getState().session?.deployment.connection).toBe('start');
    expect(live.getState().switches).toBe(0);
  });

  it('stays where it was when the choice cannot be had, and says why', async () => {
    await choose('gone');
    await hand.refuse('connections.open', 'not_found');
    expect(ui.getState().connection).toBe('start');
    expect(live.getState().session?.deployment.name).toBe('start');
    expect(toasts.getState().list[0]).toMatchObject({ tone: 'bad', detail: 'it is not there' });
  });

  it('shows the same connection after a reload, and opens it anew when it was closed under it', async () => {
    await choose('eu');
    await hand.answer('connections.open', sessionOf('eu'));
    const health = hand.feeds.find(({ address }) => address === 'eu-1/health');
    const closed = toErrorBody(new SwitchboardError('deployment_closed', 'closed'));
    health?.send({ ok: false, error: closed, requestId: 'r' });
    await hand.answer('connections.open', sessionOf('eu', 'eu-2'));
    expect(live.getState().session?.deployment.id).toBe('eu-2');

    stop();
    live.setState(emptyLive(Date.now()), true);
    stop = startConsole(hand.wire);
    await hand.answer('connections.open', sessionOf('eu', 'eu-2'));
    expect(live.getState().session?.deployment.connection).toBe('eu');
  });

  it('says what became of the rights of a person whose connection was changed, and what was cut off', async () => {
    await choose('eu');
    await hand.answer('connections.open', sessionOf('eu'));
    ui.setState({ action: { verb: 'force', pool: 'eu', choice: { kind: 'users', users: ['a'] } } });
    addJob({ ...JOB, status: 'running' });
    const health = hand.feeds.find(({ address }) => address === 'eu-1/health');
    const closed = toErrorBody(new SwitchboardError('deployment_closed', 'closed'));
    health?.send({ ok: false, error: closed, requestId: 'r' });
    await hand.answer('connections.open', { ...sessionOf('eu', 'eu-2'), role: 'viewer' });
    expect(ui.getState().action).toBeNull();
    expect(toasts.getState().list).toMatchObject([
      {
        title: 'eu was opened anew',
        detail:
          'You are viewer there now. Remove 2 users was cut off. 0 of 2: 0 users changed, 0 left out. The audit trail says what else was done.',
      },
    ]);
  });

  it('goes where a link leads, to its connection and its pool, and keeps the place', async () => {
    location.hash = '#/users/bob?pool=asia&connection=eu';
    dispatchEvent(new HashChangeEvent('hashchange'));
    await hand.answer('connections.open', sessionOf('eu'));
    await hand.answer('pools.list', { pools: ['default', 'eu', 'asia'] });
    expect(ui.getState()).toMatchObject({ connection: 'eu', pool: 'asia' });
    expect(location.hash).toBe('#/users/bob?pool=asia&connection=eu');
    expect(toasts.getState().list).toEqual([]);
  });

  it('says plainly when a link names a pool that is not there, and shows the first one', async () => {
    location.hash = '#/users/bob?pool=mars';
    dispatchEvent(new HashChangeEvent('hashchange'));
    expect(ui.getState().pool).toBe('mars');
    await hand.answer('pools.list', { pools: ['default', 'eu'] });
    expect(ui.getState().pool).toBe('default');
    expect(toasts.getState().list[0]).toMatchObject({ title: 'There is no pool "mars" on start' });
    expect(location.hash).toBe('#/users/bob');
  });

  it('says plainly when a link names a connection that is not there, and stays', async () => {
    location.hash = '#/users/bob?pool=asia&connection=gone';
    dispatchEvent(new HashChangeEvent('hashchange'));
    await hand.refuse('connections.open', 'not_found');
    expect(ui.getState()).toMatchObject({ connection: 'start', pool: 'default' });
    expect(toasts.getState().list[0]).toMatchObject({ title: 'The connection was not opened' });
    expect(location.hash).toBe('#/users/bob');
  });

  it('stays where work is running when a link leads elsewhere, and so does its address', async () => {
    addJob({ ...JOB, status: 'running' });
    location.hash = '#/users/bob?connection=eu';
    dispatchEvent(new HashChangeEvent('hashchange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(hand.calls.map(({ address }) => readAddress(address).name)).not.toContain('connections.open');
    expect(toasts.getState().list).toMatchObject([{ title: 'Not now' }]);
    expect([ui.getState().connection, location.hash]).toEqual(['start', '#/users/bob']);
  });

  it('says what was cut off that began while another connection was being opened', async () => {
    await choose('eu');
    addJob({ ...JOB, status: 'running' });
    await hand.answer('connections.open', sessionOf('eu'));
    expect(jobs.getState().list).toEqual([]);
    expect(toasts.getState().list).toMatchObject([
      {
        title: 'start was left',
        detail: expect.stringContaining('Remove 2 users was cut off. 0 of 2: 0 users changed') as string,
      },
    ]);
  });

  it('writes the pool that is shown into every address', async () => {
    ui.setState({ pool: 'asia' });
    expect(location.hash).toBe('#/users?state=IDLE&pool=asia');
    navigate('/audit');
    expect([location.hash, currentPlace()]).toEqual(['#/audit?pool=asia', '/audit']);
    expect(linkHere()).toBe(`${location.origin}/#/audit?pool=asia&connection=start`);
    location.hash = '#/audit';
    dispatchEvent(new HashChangeEvent('hashchange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(ui.getState().pool).toBe('default');
  });
});
