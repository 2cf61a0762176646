import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tallyOf, type WorkPage } from '../commands/paged';
import type { Tally } from '../store/jobs';
import { useRefreshMs } from './use-operation';

/**
 * What work that goes page by page would come to, and how far the look at it is. It looks at everybody, so it looks
 * once, until it is asked for something else; it ends with the dialog. Where it failed it tries again.
 */
export function useWorkPreview(
  key: readonly unknown[],
  pages: (signal: AbortSignal) => AsyncGenerator<WorkPage>,
  enabled = true,
) {
  const [seen, setSeen] = useState<Tally | null>(null);
  const again = useRefreshMs(2_000);
  const query = useQuery({
    queryKey: ['work preview', ...key],
    queryFn: ({ signal }) => {
      setSeen(null);
      return tallyOf(pages(signal), { signal, onProgress: setSeen });
    },
    enabled,
    // Also when the work itself has made everything else ask again.
    staleTime: 'static',
    gcTime: 0,
    refetchInterval: ({ state }) => state.error !== null && again,
  });
  return { tally: query.data, error: query.error, seen, isLooking: query.isFetching };
}
