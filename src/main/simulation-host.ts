import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from './lib/ids';
import type { EmbeddedStore } from './redis/embedded-store';
import { urlOfTarget } from './redis/target';
import type { Host, ServerProcess } from './simulator/strike';

/** A server process that is not ready by then is given up, in ms. */
const READY_LIMIT_MS = 20_000;

/**
 * What a drill may break: the console's own private server, and server processes of its own. A Redis that somebody
 * named is theirs to break; at most a server process works on it.
 * @param serverProgram path of the built `server`
 * @param named the address of the Redis that somebody named, where server processes may be started on it
 */
export function drillHost(
  embedded: EmbeddedStore | null,
  serverProgram: string,
  named: string | null = null,
): Host | undefined {
  const redis = embedded ? urlOfTarget(embedded.target) : named;
  if (redis === null) return undefined;
  const drill = embedded?.drill;
  // Electron's own program runs no scripts: its fuse for that is off.
  const canFork = process.versions['electron'] === undefined;
  return {
    restartRedis: drill ? () => drill.restart() : undefined,
    pauseRedis: drill ? (forMs) => drill.pause(forMs) : undefined,
    startServer: canFork ? (pool) => startServer({ program: serverProgram, redis, pool }) : undefined,
  };
}

/** A server of the matching API that belongs to a run: it can be killed, and comes back at the same address. */
export interface DrillServer {
  address: string;
  /** What its callers must show. */
  key: string;
  /** Kills it outright, and starts it again after a while. @throws Error when it does not start again */
  restart(awayMs: number): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

interface ServerStart {
  program: string;
  redis: string;
  pool: string;
  port?: number;
  key?: string;
}

/** Starts a server of the matching API. @throws Error when it is not ready in time */
export async function openDrillServer(wanted: Omit<ServerStart, 'port' | 'key'>): Promise<DrillServer> {
  const key = newId() + newId();
  let server: StartedServer | null = await startServer({ ...wanted, key });
  const { address } = server;
  const port = Number(new URL(address).port);
  const stopping = new AbortController();
  let turn: Promise<void> = Promise.resolve();
  async function cycle(awayMs: number): Promise<void> {
    await server?.kill();
    server = null;
    await sleep(awayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (!stopping.signal.aborted) server = await startServer({ ...wanted, key, port });
  }
  return {
    address,
    key,
    restart(awayMs) {
      const done = turn.then(() => cycle(awayMs));
      turn = done.catch(() => undefined);
      return done;
    },
    async stop() {
      stopping.abort();
      await turn;
      await server?.kill();
    },
  };
}

interface StartedServer extends ServerProcess {
  address: string;
}

/** Starts a server process on a Redis. It ends with this one, whose channel it watches. */
async function startServer({ program, redis, pool, port = 0, key }: ServerStart): Promise<StartedServer> {
  const child = fork(program, ['--headless', '--port', String(port), '--pool', pool], {
    env: environmentFor(redis, key),
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    execArgv: [],
  });
  const ended = once(child, 'exit');
  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
  }
  try {
    return { address: await untilReady(child.stdout), kill };
  } catch (fault) {
    await kill();
    throw fault;
  }
}

/** What is secret goes by environment, and nothing of this process's own settings with it. */
function environmentFor(redis: string, key: string | undefined): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('SWITCHBOARD_'));
  return {
    ...Object.fromEntries(others),
    REDIS_URL: redis,
    ...(key === undefined ? {} : { SWITCHBOARD_API_KEY: key }),
  };
}

/** @returns the address of the server */
async function untilReady(output: NodeJS.ReadableStream | null): Promise<string> {
  if (!output) throw new Error('the server process was started without a pipe');
  const lines = createInterface(output);
  const limit = setTimeout(() => lines.close(), READY_LIMIT_MS);
  try {
    for await (const line of lines) {
      const address = /^Switchboard ready: (\S+)/.exec(line)?.[1];
      if (address !== undefined) return address;
    }
  } finally {
    clearTimeout(limit);
    output.resume();
  }
  throw new Error('the server process ended or took too long before it was ready');
}
