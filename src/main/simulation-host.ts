import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { EmbeddedStore } from './redis/embedded-store';
import { urlOfTarget } from './redis/target';
import type { Host, ServerProcess } from './simulator/strike';

/** A server process that is not ready by then is given up, in ms. */
const READY_LIMIT_MS = 20_000;

/**
 * What a drill may break: the console's own private server, and server processes on it. Nothing on a Redis that
 * somebody named: that is theirs to break.
 * @param serverProgram path of the built `server`
 */
export function drillHost(embedded: EmbeddedStore | null, serverProgram: string): Host | undefined {
  if (!embedded) return undefined;
  const { drill, target } = embedded;
  // Electron's own program runs no scripts: its fuse for that is off.
  const canFork = process.versions['electron'] === undefined;
  return {
    restartRedis: drill ? () => drill.restart() : undefined,
    pauseRedis: drill ? (forMs) => drill.pause(forMs) : undefined,
    startServer: canFork ? (pool) => startServer(serverProgram, urlOfTarget(target), pool) : undefined,
  };
}

/** Starts a server process on a Redis. It ends with this one, whose channel it watches. */
async function startServer(program: string, redis: string, pool: string): Promise<ServerProcess> {
  const child = fork(program, ['--headless', '--port', '0', '--pool', pool], {
    env: environmentFor(redis),
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    execArgv: [],
  });
  const ended = once(child, 'exit');
  try {
    await untilReady(child.stdout);
  } catch (fault) {
    child.kill('SIGKILL');
    throw fault;
  }
  return {
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The address goes by environment, since it may hold a password, and nothing of this process's own settings with it. */
function environmentFor(redis: string): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('SWITCHBOARD_'));
  return { ...Object.fromEntries(others), REDIS_URL: redis };
}

async function untilReady(output: NodeJS.ReadableStream | null): Promise<void> {
  if (!output) throw new Error('the server process was started without a pipe');
  const lines = createInterface(output);
  const limit = setTimeout(() => lines.close(), READY_LIMIT_MS);
  try {
    for await (const line of lines) if (line.startsWith('Switchboard ready:')) return;
  } finally {
    clearTimeout(limit);
    output.resume();
  }
  throw new Error('the server process ended or took too long before it was ready');
}
