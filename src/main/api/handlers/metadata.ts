import { RECOVERY_PAGE } from '@shared/contract/metadata';
import type { Engine } from '../../engine/engine';
import type { RecoveryOptions } from '../../metadata/recovery';
import type { Handlers } from '../dispatch';
import type { RequestContext } from '../pipeline';

type MetadataHandlers = Pick<Handlers, 'metadata.rebuild' | 'metadata.removeOrphans'>;

/** Putting the metadata of a whole pool into step with its sets. */
export function metadataHandlers(engine: Engine): MetadataHandlers {
  return {
    'metadata.rebuild': ({ pool, ...input }, context) =>
      engine.pool(pool).recovery.rebuildFromSets(options('metadata.rebuild', input, context)),
    'metadata.removeOrphans': ({ pool, ...input }, context) =>
      engine.pool(pool).recovery.removeOrphans(options('metadata.removeOrphans', input, context)),
  };
}

function options(
  action: string,
  { reason, dryRun, after }: { reason: string; dryRun: boolean; after: string | null },
  { actor, requestId, signal }: RequestContext,
): RecoveryOptions {
  return { audit: { action, reason }, dryRun, after, limit: RECOVERY_PAGE, by: actor, requestId, signal };
}
