import { runCommand, type RunningCommand } from '../support/command';
import type { Expectation, Table } from './_report';

/** What one part of the benchmark of the console found. */
export interface PartReport {
  setting: Record<string, number | string>;
  tables: readonly Table[];
  expectations: readonly Expectation[];
}

/** Starts a console for browsers over a server, and waits until it can be signed in to. */
export async function startConsole(url: string): Promise<RunningCommand & { address: string }> {
  const command = runCommand(['--browser', '--no-open', '--port', '0', '--redis', url, '--role', 'admin']);
  return Object.assign(command, { address: await command.ready() });
}
