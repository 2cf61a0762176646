import { fork } from 'node:child_process';
import { z } from 'zod';
import type { MemoryServerAddress } from './memory-server';

/** What is needed of a process that runs `memory-server-process.ts`, whoever started it. */
export interface ServerChild {
  /** Called for each message that the process sends. */
  onMessage: (listener: (message: unknown) => void) => void;
  onExit: (listener: () => void) => void;
  kill: () => void;
}

/** Starts a program in a process that ends with this one; under Electron a utility process does that. */
export type StartChild = (program: string) => ServerChild | Promise<ServerChild>;

/** The in-memory server in its own process. */
export interface MemoryServerChild extends MemoryServerAddress {
  readonly ended: Promise<void>;
  stop: () => Promise<void>;
}

const START_TIMEOUT_MS = 10_000;
const greeting = z.object({ port: z.number().int(), password: z.string() });

/** Starts a program as a child of Node, which ends when the channel to its parent closes. */
export const forkChild: StartChild = (program) => {
  const child = fork(program, [], {
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
 * @throws Error when it does not say within ten seconds where it listens
 */
export async function startMemoryServerChild(program: string, start: StartChild): Promise<MemoryServerChild> {
  const child = await start(program);
  const ended = new Promise<void>((resolve) => child.onExit(resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  try {
    return { ...(await greetingOf(child)), ended, stop };
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
      const { data } = greeting.safeParse(message);
      if (data) resolve(data);
      else fail('did not say where it is');
    });
  });
}
