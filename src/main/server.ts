import { join } from 'node:path';
import { startApp } from './app';
import { readConfig } from './config';
import { createLogger } from './lib/log';
import { startBrowserHost } from './transport/browser-host';
const outcome = readConfig(process.argv.slice(2), process.env);
if (outcome.kind === 'config') {
  const { config } = outcome;
  const log = createLogger(config.logLevel);
  const app = await startApp(config, { host: 'browser', log });
  const host = await startBrowserHost({
    ...app,
    log,
    host: config.host,
    port: config.port,
    rendererRoot: join(import.meta.dirname, '../renderer'),
  });
  process.stdout.write(`Switchboard ready: ${host.address}\n`);
  const end = () =>
    void host
      .close()
      .then(() => app.close())
      .then(() => process.exit(0));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}
