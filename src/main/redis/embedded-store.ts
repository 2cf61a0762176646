import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import type { Logger } from '../lib/log';
import { forkChild, type StartChild, startMemoryServerChild } from './memory-server-child';
import {
  findServer,
  type InstalledServer,
  type PrivateServer,
  type PrivateServerOptions,
  startPrivateServer,
} from './private-server';
import type { ServerTarget } from './target';

/** A Redis of the console's own, for which nobody has to install anything. Nothing in it is kept. */
export interface EmbeddedStore {
  readonly kind: NonNullable<Session['deployment']['embedded']>;
  readonly target: ServerTarget;
  /** How many simulated people it carries with ease. */
  readonly maxUsers: number;
  /** Resolves when its server is gone for good; one that crashed or was killed by a drill is started anew. */
  readonly ended: Promise<void>;
  /** What can be done to its server on purpose; null where it cannot be done. */
  readonly drill: StoreDrill | null;
  /** Ends its server and removes everything of it. */
  stop(): Promise<void>;
}

/** Breaks the embedded store on purpose, to see what those who use it make of that. */
export interface StoreDrill {
  /** Kills the server and starts it anew at the same address, with nothing in it. @throws Error when it does not start */
  restart(): Promise<void>;
  /** The server stands still for a while, as on a machine that hangs: connections stay open, nothing is answered. */
  pause(forMs: number): Promise<void>;
}

/** How to start the embedded store. */
export interface EmbeddedStoreOptions {
  log: Logger;
  /** Path of the built `memory-server-process`. */
  memoryServerProgram: string;
  /** Where servers are looked for; the PATH of this process otherwise. */
  searchPath?: string | undefined;
  /** Where the private server's directory is made; the system's otherwise. */
  temporaryDirectory?: string;
  /** How the in-memory server's process is started. */
  startChild?: StartChild;
}

/** What was measured with ease: on a real server beside the console, and on the in-memory one. */
const MAX_USERS = { real: 20_000, inMemory: 120 } as const;
/** Crashes within CRASH_WINDOW_MS after which the private server is not started anew. */
const CRASHES_ALLOWED = 3;
const CRASH_WINDOW_MS = 60_000;
/** The system's limit for the path of a unix socket is 104 to 108 bytes. */
const LONGEST_SOCKET_PATH = 100;
/** What the system calls a place where nothing can be written. */
const UNWRITABLE = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
]);

/**
 * Starts a private Redis: a real one where redis-server or valkey-server is on the PATH, the in-memory one otherwise,
 * or when the real one does not start. It ends with this process, also when this process is killed.
 * @throws SwitchboardError `redis_disk` when its directory cannot be written, `redis_failed` when nothing starts
 */
export async function startEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { log, searchPath = process.env['PATH'] } = options;
  const installed = findServer(searchPath);
  if (installed) {
    try {
      return await startReal(installed, options.temporaryDirectory ?? tmpdir(), log);
    } catch (fault) {
      if (fault instanceof SwitchboardError) throw fault;
      log.warn(
        { err: fault, program: installed.file },
        'the private server did not start; using the in-memory one',
      );
    }
  }
  return startInMemory(options);
}

async function startReal(server: InstalledServer, parent: string, log: Logger): Promise<EmbeddedStore> {
  try {
    const directory = mkdtempSync(join(parent, 'switchboard-'));
    const address = await privateAddress(directory);
    const running = await RestartableServer.start({ server, directory, ...address.listening }, log);
    return {
      kind: server.program,
      target: address.target,
      maxUsers: MAX_USERS.real,
      ended: running.ended,
      drill: running,
      stop: () => running.stop(),
    };
  } catch (fault) {
    throw unwritable(fault, parent) ?? fault;
  }
}

/** A private server that can be broken on purpose, and comes back at the same address. */
class RestartableServer implements StoreDrill {
  readonly ended: Promise<void>;
  private tellEnded: () => void = () => undefined;
  /** The server that a drill ends. */
  private killed: PrivateServer | null = null;
  /** Drills and the end wait for each other. */
  private turn: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private crashes: readonly number[] = [];

  private constructor(
    private readonly options: PrivateServerOptions,
    private running: PrivateServer,
    private readonly log: Logger,
  ) {
    this.ended = new Promise((resolve) => (this.tellEnded = resolve));
    this.watch(running);
  }

  static async start(options: PrivateServerOptions, log: Logger): Promise<RestartableServer> {
    return new RestartableServer(options, await startPrivateServer(options), log);
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      if (this.stopped) return;
      this.killed = this.running;
      await this.running.stop();
      try {
        this.running = await startPrivateServer(this.options);
      } catch (fault) {
        this.tellEnded();
        throw fault;
      }
      this.watch(this.running);
    });
  }

  pause(forMs: number): Promise<void> {
    return this.inTurn(async () => {
      if (this.stopped) return;
      const { pid, ended } = this.running;
      process.kill(pid, 'SIGSTOP');
      await Promise.race([ended, sleep(forMs, undefined, { ref: false })]);
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It was killed while it stood still.
      }
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    // A paused server is killed too, which ends the pause.
    await this.running.stop();
    await this.turn;
    await this.running.stop();
  }

  private watch(server: PrivateServer): void {
    void server.ended.then(() => {
      if (this.stopped) this.tellEnded();
      else if (this.killed !== server) void this.revive();
    });
  }

  /** After a crash that nobody meant: at the same address, with nothing in it; given up when it happens again and again. */
  private revive(): Promise<void> {
    return this.inTurn(async () => {
      if (this.stopped) return;
      const now = Date.now();
      this.crashes = [...this.crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
      try {
        if (this.crashes.length > CRASHES_ALLOWED) throw new Error('it ends again and again');
        this.running = await startPrivateServer(this.options);
        this.watch(this.running);
        this.log.warn('the private store had ended and was started anew; what was in it is gone');
      } catch (fault) {
        this.log.error({ err: fault }, 'the private store has ended for good; start Switchboard again');
        this.tellEnded();
      }
    });
  }

  private inTurn(drill: () => Promise<void>): Promise<void> {
    const next = this.turn.then(drill);
    this.turn = next.catch(() => undefined);
    return next;
  }
}

/** A socket in the server's own directory; a port with a password where the directory's path is too long for one. */
async function privateAddress(directory: string): Promise<{
  listening: Pick<PrivateServerOptions, 'listen' | 'password'>;
  target: ServerTarget;
}> {
  const socket = join(directory, 'redis.sock');
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET_PATH)
    return {
      listening: { listen: { socket } },
      target: { endpoint: { kind: 'socket', path: socket }, db: 0, tls: null },
    };
  const port = await freePort();
  const password = randomBytes(24).toString('hex');
  return { listening: { listen: { port }, password }, target: loopback(port, password) };
}

async function startInMemory({
  memoryServerProgram,
  startChild = forkChild,
}: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  try {
    const { port, password, ended, stop } = await startMemoryServerChild(memoryServerProgram, startChild);
    return {
      kind: 'in-memory',
      target: loopback(port, password),
      maxUsers: MAX_USERS.inMemory,
      ended,
      drill: null,
      stop,
    };
  } catch (fault) {
    throw new SwitchboardError(
      'redis_failed',
      `No private store could be started (${messageOf(fault)}). Install redis-server, or name a Redis with --redis.`,
    );
  }
}

function loopback(port: number, password: string): ServerTarget {
  return { endpoint: { kind: 'tcp', host: '127.0.0.1', port }, password, db: 0, tls: null };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** The error for a place that cannot be written; null when the fault is another one. */
function unwritable(fault: unknown, parent: string): SwitchboardError | null {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  if (!UNWRITABLE.has(code)) return null;
  const why = ['ENOSPC', 'EDQUOT'].includes(code) ? 'the disk is full' : 'it cannot be written';
  return new SwitchboardError(
    'redis_disk',
    `The private store needs a temporary directory in ${parent}, but ${why} (${code}). Make room there, set TMPDIR to another place, or name a Redis with --redis.`,
    { directory: parent, cause: code },
  );
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
