import { fork } from 'node:child_process';
import { ADDRESS_VARIABLE, type MemoryServerAddress, memoryServerAddress } from './memory-server-address';
import type { ServerProcess } from './revived-server';

/** What is needed of a process that runs `memory-server-process.ts`, whoever started it. */
export interface ServerChild {
  /** Called for each message that the process sends. */
  onMessage: (listener: (message: unknown) => void) => void;
  onExit: (listener: () => void) => void;
  kill: () => void;
}

/**
 * Starts a program in a process that ends with this one; under Electron a utility process does that.
 * @param env added to the environment of this process
 */
export type StartChild = (
  program: string,
  env: Readonly<Record<string, string>>,
) => ServerChild | Promise<ServerChild>;

/** The in-memory server in its own process. */
export interface MemoryServerChild extends ServerProcess {
  readonly address: MemoryServerAddress;
}

const START_TIMEOUT_MS = 10_000;

/** Starts a program as a child of Node, which ends when the channel to its parent closes. */
export const forkChild: StartChild = (program, env) => {
  const child = fork(program, [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    detached: true,
  });
  return {
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
};

/**
 * Starts the in-memory server in a process of its own, so that its long calculations hold up nobody.
 * @param program path of the built `memory-server-process`
 * @param address where it is to listen; null to let it choose
 * @throws Error when it does not say within ten seconds where it listens
 */
export async function startMemoryServerChild(
  program: string,
  start: StartChild,
  address: MemoryServerAddress | null,
): Promise<MemoryServerChild> {
  // By environment, where only this person's other programs could read the password.
  const child = await start(program, address ? { [ADDRESS_VARIABLE]: JSON.stringify(address) } : {});
  const ended = new Promise<void>((resolve) => child.onExit(resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  try {
    return { address: await greetingOf(child), ended, stop };
  } catch (fault) {
    child.kill();
    throw fault;
  }
}

function greetingOf(child: ServerChild): Promise<MemoryServerAddress> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the in-memory server ${why}`));
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    child.onExit(() => {
      clearTimeout(timer);
      fail('ended while starting');
    });
    child.onMessage((message) => {
      clearTimeout(timer);
      const { data } = memoryServerAddress.safeParse(message);
      if (data) resolve(data);
      else fail('did not say where it is');
    });
  });
}
