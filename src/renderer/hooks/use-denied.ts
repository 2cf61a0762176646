import { sayMissing } from '@shared/contract/connections';
import { createContext, useMemo } from 'react';
import { useLive } from '../store/live';
import { useUi } from '../store/ui';
import { useOperation } from './use-operation';

/** By operation: why the Redis user of the connection may not do it. Empty until that is known. */
export const DeniedContext = createContext<ReadonlyMap<string, string>>(new Map());

const REFRESH_MS = 30_000;

/** What the Redis user of the shown deployment may not do with the shown pool, asked beforehand. */
export function useDenied(): ReadonlyMap<string, string> {
  const pool = useUi((state) => state.pool);
  const known = useLive(({ session }) => session !== null);
  const { data } = useOperation(
    'connections.permissions',
    { pool },
    { refreshMs: REFRESH_MS, enabled: known },
  );
  return useMemo(() => {
    const reasons = (data?.missing ?? []).flatMap((missing) =>
      missing.operations.map((operation) => [operation, sayMissing(data?.user ?? null, missing)] as const),
    );
    // An operation may lack several things; the first one is told.
    return new Map(reasons.reverse());
  }, [data]);
}
