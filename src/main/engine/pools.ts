import { DEFAULT_POOL, pool as poolName } from '@shared/contract/common';
import type { Logger } from '../lib/log';
import { poolKeys, POOLS_KEY } from '../redis/keys';
import { readScan } from '../redis/replies';
import type { Store, StoreNode } from '../redis/store';
import type { EngineContext } from './context';
import { escapeGlob } from './walk';

/** Keys per step of a search: less than a millisecond of Redis. */
const SCAN_STEP = 1000;

/** Which pools there are. A pool is registered when something first moves in it through this product. */
export class PoolRegistry {
  readonly #registered = new Set<string>();
  /** Pools of other programs, which nobody registered. */
  readonly #discovered = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly store: Store,
    private readonly log: Logger,
  ) {}

  /** Every pool that was registered or discovered, the default one first. */
  async known(): Promise<string[]> {
    const others = new Set([...(await this.registered()), ...this.#discovered]);
    others.delete(DEFAULT_POOL);
    return [DEFAULT_POOL, ...[...others].sort()];
  }

  /** The pools in which something moved through this product. */
  async registered(): Promise<string[]> {
    const members = (await this.store.command(['SMEMBERS', POOLS_KEY])) as string[];
    // Another program may have put anything there.
    return members.filter((name) => poolName.safeParse(name).success);
  }

  /** Registers a pool with the first transaction in it; tried again with the next one where that fails. */
  watch({ keys, events }: EngineContext): void {
    const { pool } = keys;
    if (pool === DEFAULT_POOL) return;
    events.onTransition(async () => {
      if (this.#registered.has(pool)) return;
      try {
        await this.register(pool);
      } catch (fault) {
        this.log.warn({ pool, err: fault }, 'the pool could not be registered');
      }
    });
  }

  /** Lists a pool, so that every console finds it. */
  async register(pool: string): Promise<void> {
    await this.store.command(['SADD', POOLS_KEY, pool]);
    this.#registered.add(pool);
    for (const listener of this.#listeners) listener();
  }

  /** Calls back when this process has registered a pool; the returned function ends that. */
  onRegistered(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Looks for pools of other programs by the names of their sets, in bounded steps through all keys of every server;
   * what is found is known to this process from then on.
   */
  async discover(signal?: AbortSignal): Promise<string[]> {
    for (const node of this.store.nodes()) await this.#discoverOn(node, signal);
    return [...this.#discovered].sort();
  }

  async #discoverOn(node: StoreNode, signal: AbortSignal | undefined): Promise<void> {
    const { sets } = poolKeys('POOL', this.store.layout);
    const [before = '', after = ''] = sets.WAITING.split('POOL');
    const suffixes = Object.values(sets).map((key) => key.split('POOL')[1]);
    const pattern = `${escapeGlob(before)}*${escapeGlob(after.slice(0, after.indexOf(':') + 1))}*`;
    let cursor = '0';
    do {
      if (signal?.aborted) return;
      const reply = await node.command(['SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_STEP]);
      const step = readScan(reply);
      cursor = step.cursor;
      for (const key of step.items) {
        const suffix = suffixes.find((end) => end !== undefined && key.endsWith(end));
        const name = suffix === undefined ? '' : key.slice(before.length, -suffix.length);
        if (poolName.safeParse(name).success) this.#discovered.add(name);
      }
    } while (cursor !== '0');
  }
}
