import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** The programs that are a Redis, in order of preference. */
export const SERVER_PROGRAMS = ['redis-server', 'valkey-server'] as const;
export type ServerProgram = (typeof SERVER_PROGRAMS)[number];

/** A server program found on this machine. */
export interface InstalledServer {
  program: ServerProgram;
  file: string;
}

/** Where a private server listens: on a unix socket, or on a port of the loopback address. */
export type PrivateAddress = { socket: string } | { port: number };

/** How to start a private server. */
export interface PrivateServerOptions {
  server: InstalledServer;
  /** Its own directory: made if it is missing, removed when the server has ended. */
  directory: string;
  listen: PrivateAddress;
  /** Set for a port, which every program of this machine can reach. */
  password?: string;
  /** Further arguments of redis-server; they beat the settings made here. */
  args?: readonly string[];
  /** How long to wait for it to be ready, in milliseconds. */
  timeoutMs?: number;
}

/** A server of this process's own, which ends with this process however that ends. */
export interface PrivateServer {
  /** The process id of the server itself. */
  readonly pid: number;
  /** Resolves when the server is gone and its directory removed, whatever the reason. */
  readonly ended: Promise<void>;
  /** Ends the server. Nothing in it is kept. */
  stop(): Promise<void>;
}

/** What a server, and a Sentinel, says when it is up. */
const READY = /ready to accept connections|Sentinel ID is/i;
const PID_LINE = /^guarded (\d+)$/;
/** Process id, role and date, as Redis begins each line of its log. */
const LOG_PREFIX = /^\d+:\w .*?\d{2}\.\d{3} [*#.-] /;
const READY_TIMEOUT_MS = 10_000;
/** How many of the server's last lines an error quotes from. */
const LINES_KEPT = 30;

/**
 * A plain child would outlive a parent that is killed. This shell stands between: the server runs beside a reader of
 * the pipe that the parent holds. When that pipe closes, for whatever reason, the server is killed (also a paused
 * one), and then its directory is removed. Nobody needs to run any code for that to happen.
 */
const GUARD = `
directory=$1; shift
exec 3<&0
"$@" </dev/null 2>&1 3<&- &
server=$!
echo "guarded $server"
{ read -r _ <&3; kill -KILL "$server"; } >/dev/null 2>&1 &
reader=$!
exec 3<&-
wait "$server" 2>/dev/null
kill "$reader" 2>/dev/null
rm -rf "$directory"
`;

/** Finds a Redis on a PATH. Windows has no guard for it, and so never uses one. */
export function findServer(path: string | undefined): InstalledServer | null {
  if (process.platform === 'win32' || !path) return null;
  const folders = path.split(delimiter).filter(Boolean);
  for (const program of SERVER_PROGRAMS) {
    const file = folders.map((folder) => join(folder, program)).find(isExecutable);
    if (file) return { program, file };
  }
  return null;
}

/**
 * Starts a private server without persistence and waits until it accepts connections.
 * @throws Error with the server's own words when it does not start, and the system's error when its directory
 *   cannot be written.
 */
export async function startPrivateServer(options: PrivateServerOptions): Promise<PrivateServer> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const config = join(options.directory, 'redis.conf');
  try {
    writeFileSync(config, configuration(options), { mode: 0o600 });
  } catch (fault) {
    rmSync(options.directory, { recursive: true, force: true });
    throw fault;
  }
  const guard = spawn(
    '/bin/sh',
    ['-c', GUARD, 'sh', options.directory, options.server.file, config, ...(options.args ?? [])],
    // A session of its own: Ctrl-C in the terminal must reach the console first, and the server only through it.
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true },
  );
  const ended = new Promise<void>((resolve) => guard.once('close', () => resolve()));
  const stop = async () => {
    guard.stdin.destroy();
    await ended;
  };
  try {
    const pid = await untilReady(guard, options.timeoutMs ?? READY_TIMEOUT_MS);
    return { pid, ended, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

function configuration({ listen, directory, password }: PrivateServerOptions): string {
  const lines =
    'socket' in listen
      ? ['port 0', `unixsocket "${listen.socket}"`, 'unixsocketperm 700']
      : [`port ${listen.port}`, 'bind 127.0.0.1'];
  if (password) lines.push(`requirepass ${password}`);
  return [...lines, `dir "${directory}"`, 'save ""', 'appendonly no', 'daemonize no', ''].join('\n');
}

/** The server's process id, once it has said that it is ready. */
function untilReady(guard: ChildProcess, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let pid = 0;
    const lines: string[] = [];
    const timer = setTimeout(() => fail('did not become ready in time'), timeoutMs);
    const fail = (what: string) => {
      clearTimeout(timer);
      reject(new Error(`the private Redis server ${what}: ${lastWords(lines)}`));
    };
    guard.once('error', (fault) => fail(`could not be started (${fault.message})`));
    guard.once('close', () => fail('ended while starting'));
    if (!guard.stdout) throw new Error('the guard was spawned without a pipe');
    // Lines are read for as long as the server lives, or a full pipe would block it.
    createInterface({ input: guard.stdout }).on('line', (line) => {
      const found = PID_LINE.exec(line);
      if (found) pid = Number(found[1]);
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      if (!READY.test(line)) return;
      clearTimeout(timer);
      resolve(pid);
    });
  });
}

/** The part of a server's log that tells best why it ended, in one line. */
function lastWords(lines: readonly string[]): string {
  const written = lines.filter((line) => line.trim() !== '' && !PID_LINE.test(line));
  const configError = written.findIndex((line) => line.includes('FATAL CONFIG'));
  if (configError >= 0) return written.slice(configError + 1).join(' ');
  const warning = written.findLast((line) => line.includes(' # ')) ?? written.at(-1);
  return warning?.replace(LOG_PREFIX, '') ?? 'it said nothing';
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
