import { join } from 'node:path';
import { app } from 'electron';
import { startApp } from './app';
import { readCommandLine } from './command-line';
import { ownArguments } from './desktop/arguments';
import { prepareLogFile } from './desktop/log-file';
import { openKeychain } from './desktop/secrets';
import { startUtilityChild } from './desktop/utility-child';
import { createLogger } from './lib/log';
import { Startup } from './lib/startup';
import { runDesktop } from './run-desktop';

const startup = new Startup();
startup.note('loaded');
const config = readCommandLine(ownArguments(process.argv, app.isPackaged), process.env);
const logFile = prepareLogFile();
const log = createLogger(config.logLevel, logFile);
const secrets = openKeychain(join(app.getPath('userData'), 'secrets.json'), process.env);
runDesktop({
  startup,
  log,
  logFile,
  pool: config.pool,
  openCore: () => startApp(config, { host: 'desktop', log, secrets, startChild: startUtilityChild }),
});
