import { silentLogger } from '../../src/main/lib/log';
import { startBrowserHost } from '../../src/main/transport/browser-host';
import { createBrowserWire, signIn } from '../support/browser-client';
import { RENDERER_FIXTURE } from '../support/renderer-fixture';
import { describeWireContract } from './wire-contract';

describeWireContract({
  name: 'WebSocket',
  feeds: true,
  serve: async (dispatcher, role) => {
    const host = await startBrowserHost({
      dispatcher,
      caller: { actor: 'ada', role },
      log: silentLogger,
      host: '127.0.0.1',
      port: 0,
      rendererRoot: RENDERER_FIXTURE,
    });
    const browser = await signIn(host.address);
    return {
      open: () => {
        const { wire, close } = createBrowserWire(browser);
        return Promise.resolve({ wire, leave: close });
      },
      close: host.close,
    };
  },
});
