import type { Socket } from 'node:net';
import { httpRequest, openConnection, openSocket } from './_http';

/** Pushes of a match to clients that wait. Delays in milliseconds, from the move to its event at the client. */
export interface PushRound {
  delays: number[];
  matchesPerSecond: number;
  /** Clients to whom nothing was pushed. */
  missed: number;
}

export interface PushOptions {
  port: number;
  pool: string;
  /** IDLE users, twice as many as there are to be matches. */
  users: readonly string[];
  matchesPerSecond: number;
}

/** How long the last pushes may take to arrive (ms). */
const LAST_PUSHES_MS = 2_000;
/** Requests under way at once while people come and go. */
const CONNECTIONS = 8;
/** How often it is looked whose turn it is (ms). */
const TICK_MS = 5;

/**
 * People listen to their stream, join the queue at a steady pace, and are matched by the server's own matcher. When
 * all is over they close their pages.
 */
export async function pushRound({ port, pool, users, matchesPerSecond }: PushOptions): Promise<PushRound> {
  const delays = new Map<string, number>();
  const streams = await inTurn(users, (user) =>
    listen(port, pool, user, (event, at) => {
      if (event === 'matched' && !delays.has(user)) delays.set(user, Date.now() - at);
    }),
  );
  const joining = new Pool(port, (user) => `/api/simple-matching/enqueue?userId=${user}&pool=${pool}`);
  await joining.open();

  const began = performance.now();
  let joined = 0;
  while (joined < users.length) {
    const due = Math.min(users.length, ((performance.now() - began) / 1000) * matchesPerSecond * 2);
    while (joined < due) joining.send(users[joined++] ?? '');
    await pause(TICK_MS);
  }
  await joining.close();
  const tookS = (performance.now() - began) / 1000;
  const deadline = performance.now() + LAST_PUSHES_MS;
  while (delays.size < users.length && performance.now() < deadline) await pause(TICK_MS);

  for (const stream of streams) stream.destroy();
  await leaveAll(port, pool, users);
  return {
    delays: [...delays.values()],
    matchesPerSecond: delays.size / 2 / tookS,
    missed: users.length - delays.size,
  };
}

/** A few connections that take requests in turn. */
class Pool {
  private readonly queue: string[] = [];
  private readonly workers: Promise<void>[] = [];
  private wake: (() => void)[] = [];
  private ended = false;

  constructor(
    private readonly port: number,
    private readonly path: (user: string) => string,
  ) {}

  async open(): Promise<void> {
    for (let index = 0; index < CONNECTIONS; index += 1) {
      const connection = await openConnection(this.port);
      this.workers.push(this.work(connection));
    }
  }

  send(user: string): void {
    this.queue.push(user);
    this.wake.pop()?.();
  }

  /** Resolves when everything has been answered. */
  async close(): Promise<void> {
    this.ended = true;
    for (const wake of this.wake.splice(0)) wake();
    await Promise.all(this.workers);
  }

  private async work(connection: Awaited<ReturnType<typeof openConnection>>): Promise<void> {
    for (;;) {
      const user = this.queue.shift();
      if (user !== undefined) await connection.send(httpRequest('POST', this.path(user)));
      else if (this.ended) break;
      else await new Promise<void>((resolve) => this.wake.push(resolve));
    }
    connection.close();
  }
}

async function leaveAll(port: number, pool: string, users: readonly string[]): Promise<void> {
  // Without a content type it is what a closing page sends: it works from any state.
  const leaving = new Pool(port, (user) => `/api/simple-matching/leave?userId=${user}&pool=${pool}`);
  await leaving.open();
  for (const user of users) leaving.send(user);
  await leaving.close();
}

/** Listens to a user's events on a bare socket; resolves when the server has begun to stream. */
async function listen(
  port: number,
  pool: string,
  user: string,
  onEvent: (event: string, at: number) => void,
): Promise<Socket> {
  const socket = await openSocket(port);
  let buffered = '';
  const begun = new Promise<void>((resolve) => {
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      buffered += chunk;
      const blocks = buffered.split('\n\n');
      buffered = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, event = ''] = /^event: (\w+)$/m.exec(block) ?? [];
        const [, at = '0'] = /"at":(\d+)/.exec(block) ?? [];
        if (event !== '') {
          onEvent(event, Number(at));
          resolve();
        }
      }
    });
  });
  socket.write(httpRequest('GET', `/api/simple-matching/events?userId=${user}&pool=${pool}`));
  await begun;
  return socket;
}

async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
