import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from '@shared/contract/matching';
import { type ApiServer, startApiServer } from '../../../support/api-server';
import { type EventReader, openEvents } from '../../../support/event-reader';
import { bringTo, matchingClient } from '../../../support/matching-client';
import { STORE_KINDS, startStore, type TestStore } from '../../../support/store';
import { until } from '../../../support/until';

describe.each(STORE_KINDS)('events on %s', (kind) => {
  let redis: TestStore;
  let server: ApiServer;
  let readers: EventReader[];
  beforeEach(async () => {
    redis = await startStore(kind);
    server = await startApiServer(redis);
    readers = [];
  });
  afterEach(async () => {
    for (const reader of readers) reader.close();
    await server.stop();
    await redis.stop();
  });

  async function listen(user: string, headers?: Record<string, string>): Promise<EventReader> {
    const reader = await openEvents(server.url, user, headers);
    readers.push(reader);
    return reader;
  }

  async function serverTime(): Promise<number> {
    const [seconds, microseconds] = await redis.client.time();
    return Number(seconds) * 1000 + Number(microseconds) / 1000;
  }

  it('tells first where the user is, then match, call and disconnect as they happen', async () => {
    await bringTo(server, 'WAITING');
    const ada = await listen('ada');
    expect((await ada.next('state')).data.view).toMatchObject({ state: 'WAITING', position: 1 });

    await server.engine.pool().machine.startMatching('bob');
    await server.engine.pool().matcher.matchOnce();
    const matched = await ada.next('matched');
    expect(matched.data.view).toMatchObject({ state: 'CONNECTING', partner: 'bob' });
    expect(matched.data.view?.room).toBe(await redis.client.hget('user:ada', 'currentRoom'));

    await server.engine.pool().machine.enterCall('bob', { atOnce: true });
    await ada.next('connected');
    await server.engine.pool().machine.handleSkip('bob');
    expect((await ada.next('disconnected')).data.disconnect).toMatchObject({
      reason: 'skip',
      by: 'partner',
      partner: 'bob',
      wasInCall: true,
    });
    await ada.next('queued');
    const names = ada.events.map(({ event }) => event);
    expect(names).toEqual(['state', 'matched', 'connected', 'disconnected', 'queued']);
    for (const { data } of ada.events) expect(userEvent.parse(data)).toEqual(data);
  });

  it('tells each client about its own user only', async () => {
    await bringTo(server, 'IN_CALL');
    await server.engine.pool().machine.arrive('eve');
    const [ada, eve] = [await listen('ada'), await listen('eve')];
    await server.engine.pool().machine.handleEndCall('bob');
    await ada.next('queued');
    expect(eve.events.map(({ event }) => event)).toEqual(['state']);
    expect(ada.events.every(({ data }) => data.view?.userId === 'ada')).toBe(true);
  });

  it('gives a client that comes back what it missed', async () => {
    await bringTo(server, 'WAITING');
    const first = await listen('ada');
    await first.next('state');
    await server.engine.pool().machine.startMatching('bob');
    await server.engine.pool().matcher.matchOnce();
    const { id, data } = await first.next('matched');
    first.close();
    // The next move must have a time of its own.
    await until(async () => (await serverTime()) > data.at);
    await server.engine.pool().machine.enterCall('bob');
    await server.engine.pool().machine.enterCall('ada');
    const again = await listen('ada', { 'last-event-id': id ?? '' });
    await again.next('state');
    expect(again.events.map(({ event }) => event)).toEqual(['connected', 'state']);
  });

  it('lets go of a client that has gone', async () => {
    await bringTo(server, 'WAITING');
    const ada = await listen('ada');
    await ada.next('state');
    expect(server.services.events.listeners).toBe(1);
    ada.close();
    await until(() => server.services.events.listeners === 0);
  });

  it('refuses an unknown user before the stream begins', async () => {
    const answer = await matchingClient(server.url).get('events', { userId: 'nobody' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_user' } });
    expect(server.services.events.listeners).toBe(0);
  });
});

describe('the push', () => {
  it('reaches waiting clients soon after the change, at many matches at once', async () => {
    const redis = await startStore();
    const server = await startApiServer(redis);
    const { machine, matcher } = server.engine.pool();
    const users = Array.from({ length: 40 }, (_, index) => `u${index}`);
    for (const user of users) await machine.startMatching(user);
    const readers = await Promise.all(users.map((user) => openEvents(server.url, user)));
    try {
      await matcher.matchOnce();
      const matched = await Promise.all(readers.map((reader) => reader.next('matched')));
      const delays = matched.map(({ receivedAt, data }) => receivedAt - data.at).sort((a, b) => a - b);
      // The bench measures it; here the limit leaves room for a busy machine.
      expect(delays[Math.floor(delays.length * 0.5)]).toBeLessThan(500);
    } finally {
      for (const reader of readers) reader.close();
      await server.stop();
      await redis.stop();
    }
  });
});

describe('after Redis was away', () => {
  it('goes on where it was', async () => {
    const redis = await startStore();
    const server = await startApiServer(redis);
    await bringTo(server, 'WAITING');
    const ada = await openEvents(server.url, 'ada');
    try {
      await ada.next('state');
      await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await server.engine.pool().machine.startMatching('bob');
      await server.engine.pool().matcher.matchOnce();
      expect((await ada.next('matched')).data.view).toMatchObject({ partner: 'bob' });
    } finally {
      ada.close();
      await server.stop();
      await redis.stop();
    }
  });
});
