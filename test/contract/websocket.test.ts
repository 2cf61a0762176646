import { createBrowserWire, signIn } from '../support/browser-client';
import { startConsoleHost } from '../support/console-host';
import { describeWireContract } from './wire-contract';

describeWireContract({
  name: 'WebSocket',
  feeds: true,
  serve: async (dispatcher, role) => {
    const host = await startConsoleHost(dispatcher, role);
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
