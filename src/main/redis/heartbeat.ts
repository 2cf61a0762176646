import type { Health } from '@shared/contract/session';
import type { Clock } from '../lib/clock';
import { type Client, serversBehind } from './client';
import { isServedAllTheSame } from './errors';
import { readServerInfo } from './server-info';
import type { RedisTarget } from './target';

/** What a beat found out; the server's facts are not read each time. */
export type Findings = Pick<Health, 'roundTripMs'> & Partial<Pick<Health, 'server'>>;

/** What a heartbeat is made of. */
export interface HeartbeatOptions {
  client: Client;
  clock: Clock;
  target: RedisTarget;
  /** A server that takes longer to answer is taken for dead, in milliseconds. */
  limitMs: number;
  onBeat: (findings: Findings) => void;
  /** Called when the server did not answer, or not as a server does that can be used. */
  onDead: (fault: unknown) => void;
}

/** A connection is examined this often, in milliseconds. */
const BEAT_MS = 1_000;
/** Memory, role and clock are read at every so many beats. */
const BEATS_PER_INFO = 5;

/** Examines one connection once a second, because a hung server keeps its connections and says nothing. */
export class Heartbeat {
  private beats = 0;
  private stopped = false;
  private cancel = () => {};

  constructor(private readonly options: HeartbeatOptions) {
    this.schedule();
  }

  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  /** Asks now: a PING and, where wanted, the server's facts. Never rejects. */
  async examine(withInfo: boolean): Promise<void> {
    try {
      const findings = await withinLimit(this.options.clock, this.options.limitMs, this.ask(withInfo));
      if (!this.stopped) this.options.onBeat(findings);
    } catch (fault) {
      if (!this.stopped) this.options.onDead(fault);
    }
  }

  private schedule(): void {
    this.cancel = this.options.clock.after(BEAT_MS, () => {
      this.beats += 1;
      void this.examine(this.beats % BEATS_PER_INFO === 0).then(() => {
        if (!this.stopped) this.schedule();
      });
    });
  }

  private async ask(withInfo: boolean): Promise<Findings> {
    const { client, clock, target } = this.options;
    const started = performance.now();
    await Promise.all(
      serversBehind(client).map((server) =>
        server.ping().catch((fault: unknown) => {
          if (!isServedAllTheSame(fault)) throw fault;
        }),
      ),
    );
    const roundTripMs = performance.now() - started;
    return withInfo ? { roundTripMs, server: await readServerInfo(client, clock, target) } : { roundTripMs };
  }
}

/** Fails as a command timeout does when `work` takes longer than `ms`. */
async function withinLimit<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error('Command timed out'));
    // After a stall of this process the answer may lie unread: two turns of the loop let it be read before this judges.
    cancel = clock.after(ms, () => setImmediate(() => setImmediate(fail)));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
