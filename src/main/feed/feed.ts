import type { FeedEvent, FeedName, ParsedFeedInput } from '@shared/contract';
import type { Attention } from '@shared/contract/overview';
import type { SimulatorStatus } from '@shared/contract/simulator';
import type { Unsubscribe } from '@shared/transport';
import type { Engine } from '../engine/engine';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { ConnectionWatch } from './connection-watch';

/** One feed: publishes until it is told to stop, or says why no more will come. */
export type Feed<N extends FeedName> = (
  input: ParsedFeedInput<N>,
  context: unknown,
  publish: (event: FeedEvent<N>) => void,
  fail: (fault: unknown) => void,
) => Unsubscribe;

/** What feeds know of the simulator. */
export interface SimulatorWatch {
  getStatus(): SimulatorStatus;
  /** Calls back at each change; the returned function ends that. */
  onStatus(listener: (status: SimulatorStatus) => void): Unsubscribe;
}

/** What feeds know of the alarms. */
export interface AlarmSource {
  /** Calls back at each look at a pool; the returned function ends that. */
  onAlarms(pool: string, listener: (event: FeedEvent<'alarms'>) => void): Unsubscribe;
}

/** Where the feeds have it from. */
export interface FeedSources {
  engine: Engine;
  connection: ConnectionWatch;
  simulator: SimulatorWatch;
  alarms: AlarmSource;
  /** What the last integrity scan of a pool found; nothing where none was made. */
  findings?: (pool: string) => readonly Attention[];
  clock: Clock;
  log: Logger;
}
