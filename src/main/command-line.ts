import { SwitchboardError } from '@shared/errors';
import { type Config, readConfig } from './config/config';

/** What a process that was asked wrongly ends with. */
const USAGE_EXIT_CODE = 2;

/**
 * The configuration of this process. Ends the process where there is nothing to start: after `--help`, and with one
 * line for each fault of flags and environment.
 */
export function readCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): Config {
  try {
    const outcome = readConfig(args, env);
    if (outcome.kind === 'config') return outcome.config;
    process.stdout.write(`${outcome.text}\n`);
    process.exit(0);
  } catch (fault) {
    if (!(fault instanceof SwitchboardError)) throw fault;
    process.stderr.write(`${fault.message}\n`);
    process.exit(USAGE_EXIT_CODE);
  }
}
