import type { KeyLayout } from './keys';
import type { Script } from './script';

/** One Redis command with its arguments. */
export type RedisCommand = readonly [name: string, ...args: (string | number)[]];

/** One server that holds keys: a primary of a cluster, or the only one. */
export interface StoreNode {
  /** Where it is, as it may be shown. */
  readonly address: string;
  /** Sends it one command, such as SCAN, which names no key and so belongs to no node by itself. */
  command(command: RedisCommand): Promise<unknown>;
}

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
  /** Sends several commands in one round trip, not atomically, about keys of one pool; a failing one fails the whole call. */
  pipeline(commands: readonly RedisCommand[]): Promise<unknown[]>;
  /** Every server that holds keys. */
  nodes(): readonly StoreNode[];
  /** The server that holds a key, and with it all keys of the same hash tag. */
  nodeOf(key: string): Promise<StoreNode>;
}
