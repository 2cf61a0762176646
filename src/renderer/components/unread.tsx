import { staleness, useLive } from '../store/live';
import { Empty } from './panel';

/** In place of what has not been read: nothing is claimed of it, least of all that there is nothing. */
export function Unread({ failed = false }: { failed?: boolean }) {
  const stale = useLive(staleness);
  if (stale !== null) return <Empty>Not known while the connection is away.</Empty>;
  return <Empty>{failed ? 'This could not be read.' : 'Reading…'}</Empty>;
}
