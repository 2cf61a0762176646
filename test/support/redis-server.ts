import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, type PrivateServer, startPrivateServer } from '../../src/main/redis/private-server';

/** What a test may ask of its server. */
export interface TestRedisOptions {
  /** A port to listen on; a free one otherwise. */
  port?: number;
  /** Listen on a unix socket in the server's own directory instead of a port. */
  unixSocket?: boolean;
  /** Arguments of redis-server, for example `['--maxmemory', '2mb']`. */
  args?: readonly string[];
}

/** A real Redis of the test's own, which is gone when the test process is. */
export interface TestRedis {
  /** The port; 0 where it listens on a socket. */
  readonly port: number;
  readonly socket: string | null;
  readonly url: string;
  readonly pid: number;
  /** Ends it. Calling this twice is harmless. */
  stop(): Promise<void>;
  /** Ends it as a crash does (SIGKILL), and waits until it is gone. */
  kill(): Promise<void>;
  /** Makes it hang: it keeps its connections, and answers nobody. */
  pause(): void;
  resume(): void;
  /** Starts it again at the same address, empty. Ends it first when it runs. */
  restart(): Promise<void>;
}

const BIND_ATTEMPTS = 5;

/**
 * Starts a private Redis server without persistence.
 * @throws Error in one line when this machine has no redis-server or valkey-server.
 */
export async function startRedisServer(options: TestRedisOptions = {}): Promise<TestRedis> {
  const installed = findServer(process.env['PATH']);
  if (!installed) {
    throw new Error(
      'These tests need a real Redis: install redis-server or valkey-server (apt-get install redis-server).',
    );
  }
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
  const socket = options.unixSocket ? join(directory, 'redis.sock') : null;
  const start = (port: number) =>
    startPrivateServer({
      server: installed,
      directory,
      listen: socket ? { socket } : { port },
      ...(options.args ? { args: options.args } : {}),
    });
  const { port, server } = socket
    ? { port: 0, server: await start(0) }
    : await startOnPort(options.port, start);
  return handle(server, { port, socket, start });
}

/** A port of the loopback address that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Another process can take a free port before the server does: then another one is tried. */
async function startOnPort(
  wanted: number | undefined,
  start: (port: number) => Promise<PrivateServer>,
): Promise<{ port: number; server: PrivateServer }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await freePort());
    try {
      return { port, server: await start(port) };
    } catch (fault) {
      if (wanted !== undefined || attempt === BIND_ATTEMPTS) throw fault;
    }
  }
}

function handle(
  first: PrivateServer,
  at: { port: number; socket: string | null; start(port: number): Promise<PrivateServer> },
): TestRedis {
  let server = first;
  return {
    port: at.port,
    socket: at.socket,
    url: at.socket ? `unix://${at.socket}` : `redis://127.0.0.1:${at.port}`,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.ended;
    },
    pause: () => void process.kill(server.pid, 'SIGSTOP'),
    resume: () => void process.kill(server.pid, 'SIGCONT'),
    async restart() {
      await server.stop();
      server = await at.start(at.port);
    },
  };
}
