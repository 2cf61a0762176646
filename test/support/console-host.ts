import type { Role } from '@shared/contract/define';
import type { Dispatcher } from '../../src/main/api/dispatch';
import { silentLogger } from '../../src/main/lib/log';
import { type BrowserHost, startBrowserHost } from '../../src/main/transport/browser-host';
import { RENDERER_FIXTURE } from './renderer-fixture';

/** The host of a browser on a free port, for somebody called ada. */
export function startConsoleHost(dispatcher: Dispatcher, role: Role): Promise<BrowserHost> {
  return startBrowserHost({
    dispatcher,
    caller: { actor: 'ada', role },
    log: silentLogger,
    host: '127.0.0.1',
    port: 0,
    rendererRoot: RENDERER_FIXTURE,
  });
}
