import { RECOVERY_LIMIT } from '@shared/contract/metadata';
import type { Engine } from '../../engine/engine';
import type { RecoveryOptions } from '../../metadata/recovery';
import type { Handlers } from '../dispatch';
import type { RequestContext } from '../pipeline';

type MetadataHandlers = Pick<Handlers, 'metadata.rebuild' | 'metadata.removeOrphans'>;

/** Putting the metadata of a whole pool into step with its sets. */
export function metadataHandlers(engine: Engine): MetadataHandlers {
  return {
    'metadata.rebuild': ({ pool, reason, dryRun }, context) =>
      engine.pool(pool).recovery.rebuildFromSets(options('metadata.rebuild', reason, dryRun, context)),
    'metadata.removeOrphans': ({ pool, reason, dryRun }, context) =>
      engine.pool(pool).recovery.removeOrphans(options('metadata.removeOrphans', reason, dryRun, context)),
  };
}

function options(
  action: string,
  reason: string,
  dryRun: boolean,
  { actor, requestId, signal }: RequestContext,
): RecoveryOptions {
  return { audit: { action, reason }, dryRun, limit: RECOVERY_LIMIT, by: actor, requestId, signal };
}
