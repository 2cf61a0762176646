import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import { systemClock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { MemoryServerAddress } from './memory-server-address';
import { forkChild, type StartChild, startMemoryServerChild } from './memory-server-child';
import {
  findServer,
  type InstalledServer,
  type PrivateServer,
  type PrivateServerOptions,
  startPrivateServer,
} from './private-server';
import {
  RevivedServer,
  type RevivedServerOptions,
  type ServerProcess,
  type StoreFate,
} from './revived-server';
import type { ServerTarget } from './target';

/** A Redis of the console's own, for which nobody has to install anything. Nothing in it is kept. */
export interface EmbeddedStore {
  readonly kind: NonNullable<Session['deployment']['embedded']>;
  readonly target: ServerTarget;
  /** How many simulated people it carries with ease. */
  readonly maxUsers: number;
  /** Resolves when its server is gone for good; one that crashed or was killed by a drill is started anew. */
  readonly ended: Promise<void>;
  /** Tells from now on when its server was started anew, with nothing in it, and when it is gone for good. */
  onFate(listener: (fate: StoreFate) => void): void;
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

/** What a store that comes back by itself lives by. */
type RevivedServerLife = Omit<RevivedServerOptions<ServerProcess>, 'start'>;

/** What was measured with ease: on a real server beside the console, and on the in-memory one. */
const MAX_USERS = { real: 20_000, inMemory: 120 } as const;
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
  const life = { log, clock: systemClock, random: Math.random };
  const installed = findServer(searchPath);
  if (installed) {
    try {
      return await startReal(installed, options.temporaryDirectory ?? tmpdir(), life);
    } catch (fault) {
      if (fault instanceof SwitchboardError) throw fault;
      log.warn(
        { err: fault, program: installed.file },
        'the private server did not start; using the in-memory one',
      );
    }
  }
  return startInMemory(options, life);
}

async function startReal(
  server: InstalledServer,
  parent: string,
  life: RevivedServerLife,
): Promise<EmbeddedStore> {
  try {
    const directory = mkdtempSync(join(parent, 'switchboard-'));
    const { listening, target } = await privateAddress(directory);
    const start = () => startPrivateServer({ server, directory, ...listening });
    const running = await RevivedServer.start({ ...life, start });
    return {
      kind: server.program,
      target,
      maxUsers: MAX_USERS.real,
      drill: {
        restart: () => running.restart(),
        pause: (forMs) => running.withServer((one) => standStill(one, forMs)),
      },
      ...commonOf(running),
    };
  } catch (fault) {
    throw unwritable(fault, parent) ?? fault;
  }
}

function commonOf<Running extends ServerProcess>(
  running: RevivedServer<Running>,
): Pick<EmbeddedStore, 'ended' | 'onFate' | 'stop'> {
  return {
    ended: running.ended,
    onFate: (listener) => running.onFate(listener),
    stop: () => running.stop(),
  };
}

/** Lets a server stand still for a while; one that is killed meanwhile ends the pause. */
async function standStill({ pid, ended }: PrivateServer, forMs: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await Promise.race([ended, sleep(forMs, undefined, { ref: false })]);
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It was killed while it stood still.
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

async function startInMemory(
  { memoryServerProgram, startChild = forkChild }: EmbeddedStoreOptions,
  life: RevivedServerLife,
): Promise<EmbeddedStore> {
  // The first start chooses the address, and later ones keep it.
  let address: MemoryServerAddress | null = null;
  const start = async () => {
    const child = await startMemoryServerChild(memoryServerProgram, startChild, address);
    address = child.address;
    return child;
  };
  try {
    const running = await RevivedServer.start({ ...life, start });
    const { port, password } = address as unknown as MemoryServerAddress;
    return {
      kind: 'in-memory',
      target: loopback(port, password),
      maxUsers: MAX_USERS.inMemory,
      drill: null,
      ...commonOf(running),
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
