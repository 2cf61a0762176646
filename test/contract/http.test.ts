import { postRpc, signIn } from '../support/browser-client';
import { startConsoleHost } from '../support/console-host';
import { describeWireContract } from './wire-contract';

describeWireContract({
  name: 'HTTP',
  feeds: false,
  serve: async (dispatcher, role) => {
    const host = await startConsoleHost(dispatcher, role);
    const browser = await signIn(host.address);
    return {
      open: () =>
        Promise.resolve({
          wire: {
            invoke: async (operation, input) =>
              (await postRpc(browser, operation, JSON.stringify(input))).envelope,
          },
          leave: () => {},
        }),
      close: host.close,
    };
  },
});
