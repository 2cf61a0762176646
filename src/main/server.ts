import { join } from 'node:path';
import { startApp } from './app';
import { demandKeyBeyondLoopback } from './api/authenticate';
import { readConfig } from './config';
import { createLogger } from './lib/log';
import { VERSION } from './lib/version';
import { startBrowserHost } from './transport/browser-host';
import { apiPlugin } from './transport/http/api-plugin';
const outcome = readConfig(process.argv.slice(2), process.env);
if (outcome.kind === 'config') {
  const { config } = outcome;
  const log = createLogger(config.logLevel);
  const { apiOrigins: origins, allowedHosts } = config;
  demandKeyBeyondLoopback(config.host, config.apiTokens.length > 0);
  const app = await startApp(config, { host: 'browser', log });
  const host = await startBrowserHost({
    ...app,
    log,
    host: config.host,
    port: config.port,
    rendererRoot: config.display === 'headless' ? null : join(import.meta.dirname, '../renderer'),
    allowedHosts,
    extend: (fastify) => apiPlugin(fastify, { services: app.api, version: VERSION, origins, allowedHosts }),
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
