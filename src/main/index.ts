import { app } from 'electron';
import { toErrorBody } from '@shared/errors';
import { startApp } from './app';
import { readConfig } from './config';
import { ownArguments } from './desktop/arguments';
import { startUtilityChild } from './desktop/utility-child';
import { createLogger } from './lib/log';
import { runDesktop } from './run-desktop';

/** The exit code for flags and variables that cannot be understood. */
const BAD_USAGE = 2;

function main(): void {
  const outcome = readConfig(ownArguments(process.argv, app.isPackaged), process.env);
  if (outcome.kind === 'help') {
    process.stdout.write(`${outcome.text}\n`);
    app.exit(0);
    return;
  }
  const { config } = outcome;
  const log = createLogger(config.logLevel);
  runDesktop({
    log,
    openCore: () => startApp(config, { host: 'desktop', log, startChild: startUtilityChild }),
  });
}

try {
  main();
} catch (fault) {
  process.stderr.write(`${toErrorBody(fault).message}\n`);
  app.exit(BAD_USAGE);
}
