import { DEFAULT_POOL } from '@shared/contract/common';
import { SwitchboardError } from '@shared/errors';
import type { Clock } from '../lib/clock';

/** More pools than anybody needs: each costs every process timers of its own. */
const MAX_POOLS = 1_000;

/** How long the list is good for (ms): a pool that another process just opened must be seen at once. */
const FRESH_MS = 50;

/**
 * Which pools exist. Requests name pools freely, so that a process must not keep anything for a name before
 * somebody has joined that pool.
 */
export class PoolDirectory {
  private known: ReadonlySet<string> = new Set([DEFAULT_POOL]);
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<void> | null = null;

  constructor(private readonly options: { list: () => Promise<string[]>; clock: Clock }) {}

  /**
   * @param create the request may be the first of its pool
   * @throws SwitchboardError `unknown_user` for a pool that nobody has joined: so nobody is in it
   */
  async demand(pool: string, create: boolean): Promise<void> {
    if (this.known.has(pool)) return;
    await this.refresh();
    if (this.known.has(pool)) return;
    if (!create)
      throw new SwitchboardError('unknown_user', `Nobody is in the pool "${pool}": check the pool's name.`);
    if (this.known.size >= MAX_POOLS)
      throw new SwitchboardError('bad_input', `There are ${MAX_POOLS} pools already: use one of them.`);
    this.known = new Set([...this.known, pool]);
  }

  /** Whether a pool was known when last looked. */
  has(pool: string): boolean {
    return this.known.has(pool);
  }

  private async refresh(): Promise<void> {
    if (this.options.clock.now() - this.readAt < FRESH_MS) return;
    this.reading ??= this.read().finally(() => (this.reading = null));
    await this.reading;
  }

  private async read(): Promise<void> {
    this.known = new Set([DEFAULT_POOL, ...(await this.options.list())]);
    this.readAt = this.options.clock.now();
  }
}
