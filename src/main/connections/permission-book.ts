import type { Permissions } from '@shared/contract/connections';
import { sayMissing } from '@shared/contract/connections';
import type { Clock } from '../lib/clock';
import { CAPABILITIES } from './capabilities';

/** So long a good answer counts, in milliseconds; what is taken away meanwhile is refused by Redis itself. */
const FRESH_MS = 30_000;
const KNOWN_OPERATIONS: ReadonlySet<string> = new Set(CAPABILITIES.flatMap(({ operations }) => operations));

/** What the Redis user of a deployment may do with each pool, asked beforehand and remembered for a while. */
export class PermissionBook {
  private readonly known = new Map<string, { at: number; permissions: Permissions }>();

  constructor(private readonly options: { read: (pool: string) => Promise<Permissions>; clock: Clock }) {}

  /** Asks Redis now. @throws SwitchboardError when Redis is away */
  async read(pool: string): Promise<Permissions> {
    const { read, clock } = this.options;
    const permissions = await read(pool);
    this.known.set(pool, { at: clock.now(), permissions });
    return permissions;
  }

  /**
   * Why Redis would refuse an operation on a pool, in words, or null when it would not as far as is known. Nobody is
   * refused by an old answer: what was granted meanwhile counts at once.
   * @throws SwitchboardError when Redis is away
   */
  async refusalOf(operation: string, pool: string): Promise<string | null> {
    if (!KNOWN_OPERATIONS.has(operation)) return null;
    const kept = this.known.get(pool);
    const isFresh = kept !== undefined && this.options.clock.now() - kept.at < FRESH_MS;
    if (isFresh && missingFor(kept.permissions, operation) === undefined) return null;
    const permissions = await this.read(pool);
    const missing = missingFor(permissions, operation);
    return missing === undefined ? null : sayMissing(permissions.user, missing);
  }
}

function missingFor({ missing }: Permissions, operation: string) {
  return missing.find(({ operations }) => operations.includes(operation));
}
