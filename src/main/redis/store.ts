import type { KeyLayout } from './keys';
import type { Script } from './script';

/** One Redis command with its arguments. */
export type RedisCommand = readonly [name: string, ...args: (string | number)[]];

/**
 * What everything above `redis/` sees of Redis. Every failure is a SwitchboardError with a stable code
 * (`redis_away` when there is no connection: nothing is queued to run later by itself).
 */
export interface Store {
  readonly layout: KeyLayout;
  /** Runs a script by its digest, loading it when the server does not know it. */
  run<Input, Reply>(script: Script<Input, Reply>, input: Input): Promise<Reply>;
  /** Sends one command. */
  command(command: RedisCommand): Promise<unknown>;
  /** Sends several commands in one round trip, not atomically; a failing one fails the whole call. */
  pipeline(commands: readonly RedisCommand[]): Promise<unknown[]>;
}
