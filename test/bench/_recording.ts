import type { Redis } from 'ioredis';
import { until } from '../support/until';

/** The commands that a script sent to Redis, as they were. */
export type Recording = readonly (readonly string[])[];

/**
 * Records the commands inside scripts while some work runs, by MONITOR: the baseline is then what the script really
 * does, not a list that somebody keeps by hand. Use it on a quiet server.
 */
export async function recordScript(client: Redis, work: () => Promise<unknown>): Promise<Recording> {
  const monitor = await client.monitor();
  const commands: string[][] = [];
  let ended = false;
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    // A monitor goes on for a moment after it is told to stop: what comes then is not part of the work.
    if (ended) return;
    if (source === 'lua') commands.push(args);
    else if (args[0]?.toLowerCase() === 'echo') ended = true;
  });
  await work();
  // Everything before the mark has been seen when the mark has been seen.
  await client.echo('end of the recording');
  await until(() => ended, { what: 'the monitor shows the end' });
  monitor.disconnect();
  return commands;
}

/** The same commands for other users: each word that stands in `names` is replaced wherever it occurs. */
export function retarget(recording: Recording, names: ReadonlyMap<string, string>): string[][] {
  return recording.map((command) =>
    command.map((argument) => {
      let text = argument;
      for (const [from, to] of names) if (text.includes(from)) text = text.replaceAll(from, to);
      return text;
    }),
  );
}

/** Sends commands one after the other, each after the answer to the one before, as a program without scripts does. */
export async function sendOneByOne(client: Redis, commands: readonly (readonly string[])[]): Promise<void> {
  for (const [name = '', ...args] of commands) await client.call(name, ...args);
}
