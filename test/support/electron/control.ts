import { app } from './app';

/** What the test asks of the main process, over Node's own channel to its parent. */
export interface ControlRequest {
  id: number;
  source: string;
  argument: unknown;
}

export type ControlReply =
  | { kind: 'ready'; debuggingAddress: string }
  | { kind: 'result'; id: number; value?: unknown; error?: string };

/** Runs functions of the test in this process, as Playwright's `electronApplication.evaluate` does. */
export function listenToTest(electron: object): void {
  if (!process.send) return;
  const reply = (message: ControlReply) => process.send?.(message);
  process.on('message', ({ id, source, argument }: ControlRequest) => {
    void (async () => {
      try {
        const run = (0, eval)(`(${source})`) as (electron: object, argument: unknown) => unknown;
        reply({ kind: 'result', id, value: await run(electron, argument) });
      } catch (fault) {
        reply({ kind: 'result', id, error: String(fault) });
      }
    })();
  });
  // The test has died: nothing of it stays behind.
  process.on('disconnect', () => app.exit(1));
  process.channel?.unref();
  void app.browser().then(({ debuggingAddress }) => reply({ kind: 'ready', debuggingAddress }));
}
