import type { OperationInput, OperationName, OperationOutput } from '@shared/contract';
import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { staleness, useLive } from '../store/live';
import { useUi } from '../store/ui';
import { useClient } from './use-command';

/** Holds what operations answered. A failed read is shown by its panel; its own refresh asks again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, networkMode: 'always', refetchOnWindowFocus: false, gcTime: 60_000 },
      mutations: { networkMode: 'always' },
    },
  });
}

interface OperationOptions {
  /** Asks again this often, in milliseconds, while live is not paused and the connection stands. */
  refreshMs?: number;
  enabled?: boolean;
  /** Shows the last answer while the one for a new input is on its way. */
  keepPrevious?: boolean;
}

/** The name under which an answer is kept; the operation's name first, so that all of one kind can be refreshed. */
export function operationKey<N extends OperationName>(name: N, input: OperationInput<N>): readonly unknown[] {
  return [name, input];
}

/** How often to ask again just now: never while paused or away. */
export function useRefreshMs(wanted: number): number | false {
  const still = useUi((state) => state.pausedAt !== null);
  const away = useLive((state) => staleness(state) !== null);
  return still || away ? false : wanted;
}

/** Reads by an operation: at once, and again as often as asked. */
export function useOperation<N extends OperationName>(
  name: N,
  input: OperationInput<N>,
  { refreshMs = 0, enabled = true, keepPrevious = false }: OperationOptions = {},
): UseQueryResult<OperationOutput<N>> {
  const client = useClient();
  const every = useRefreshMs(refreshMs);
  return useQuery({
    queryKey: operationKey(name, input),
    queryFn: () => client.call(name, input),
    refetchInterval: refreshMs > 0 && every,
    enabled,
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
}
