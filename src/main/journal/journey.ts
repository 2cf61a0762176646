import type { JourneyEvent, JourneyEventKind, JourneyFigures } from '@shared/contract/analytics';
import { SERVICE_TARGET } from '@shared/contract/overview';
import type { RequestEntry } from '@shared/contract/requests';
import type { JournalEntry } from '@shared/contract/transitions';
import { histogramQuantile, histogramShareWithin } from '@shared/histogram';
import { isState, type State } from '@shared/states';
import { type MinuteFigures, unpackHistograms } from './minute';

/** Moves by `FROM>TO` and cause; a missing cause stands for all. */
type Count = (edge: string, ...causes: string[]) => number;

function counter(figures: MinuteFigures): Count {
  return (edge, ...causes) => {
    let sum = 0;
    for (const one of figures.edges)
      if (one.edge === edge && (causes.length === 0 || causes.includes(one.cause))) sum += one.count;
    return sum;
  };
}

/** Whoever parts from a pair takes one step out of it, and the script may add a second; the first one counts. */
function parted(count: Count, cause: string): number {
  return count('IN_CALL>DISCONNECTING', cause) + count('CONNECTING>WAITING', cause);
}

/** Everybody who went away that way, from a pair or from the queue. */
function gone(count: Count, cause: string): number {
  return count('IN_CALL>DISCONNECTING', cause) + count('WAITING>IDLE', cause);
}

/** What people did, from the statistics of some minutes. `refused` is known to the request log only. */
export function toJourney(figures: MinuteFigures, refused: number): JourneyFigures {
  const count = counter(figures);
  const waits = unpackHistograms([figures.matched]);
  const left = unpackHistograms([figures.left]);
  const calls = unpackHistograms([figures.calls]);
  const matched = count('WAITING>CONNECTING');
  const connected = count('CONNECTING>IN_CALL');
  return {
    arrived: count('UNKNOWN>IDLE') + count('UNKNOWN>WAITING'),
    queued: count('UNKNOWN>WAITING') + count('IDLE>WAITING') + count('DISCONNECTING>WAITING', 'queue'),
    matched,
    connected,
    skipped: parted(count, 'skip'),
    ended: parted(count, 'end'),
    failed: count('CONNECTING>WAITING', 'fail', 'partner-fail', 'sweep-connecting'),
    left: count('WAITING>IDLE', 'leave'),
    vanished: gone(count, 'disconnect') + gone(count, 'sweep-heartbeat'),
    returned: count('DISCONNECTING>WAITING'),
    refused,
    waitP50Ms: histogramQuantile(waits, 0.5),
    waitP95Ms: histogramQuantile(waits, 0.95),
    waitP99Ms: histogramQuantile(waits, 0.99),
    leftP50Ms: histogramQuantile(left, 0.5),
    callP50Ms: histogramQuantile(calls, 0.5),
    callP95Ms: histogramQuantile(calls, 0.95),
    serviceLevel: histogramShareWithin(waits, SERVICE_TARGET.withinMs),
    connectedShare: matched === 0 ? null : connected / matched,
  };
}

/** How many went which way, most first. */
export function toFlow(figures: MinuteFigures): { from: State | null; to: State | null; count: number }[] {
  const sums = new Map<string, number>();
  for (const { edge, count } of figures.edges) sums.set(edge, (sums.get(edge) ?? 0) + count);
  return [...sums]
    .map(([edge, count]) => {
      const [from = '', to = ''] = edge.split('>');
      return { from: isState(from) ? from : null, to: isState(to) ? to : null, count };
    })
    .sort((a, b) => b.count - a.count);
}

/** What a move is called in somebody's journey. */
export function kindOf({ from, to, cause }: Pick<JournalEntry, 'from' | 'to' | 'cause'>): JourneyEventKind {
  if (to === 'CONNECTING') return 'matched';
  if (to === 'IN_CALL') return 'connected';
  if (from === 'CONNECTING' && /^(partner-fail|fail|sweep-connecting)$/.test(cause)) return 'failed';
  if (from === 'IN_CALL' || from === 'CONNECTING') return PARTING[cause] ?? 'parted';
  if (cause === 'sweep-heartbeat' || (cause === 'disconnect' && from === 'WAITING')) return 'vanished';
  if (cause === 'leave') return 'left';
  if (to === 'WAITING') return from === 'DISCONNECTING' && cause !== 'queue' ? 'returned' : 'queued';
  return from === null ? 'arrived' : 'moved';
}

const PARTING: Partial<Record<string, JourneyEventKind>> = {
  skip: 'skipped',
  end: 'ended',
  disconnect: 'vanished',
  'sweep-heartbeat': 'vanished',
};

/** A move as a step of its user's journey. */
export function moveEvent(entry: JournalEntry): JourneyEvent {
  const { id, at, user, spent, partner, requestId } = entry;
  return { id, at, user, kind: kindOf(entry), afterMs: spent, partner, refused: null, requestId };
}

/** A refused request as a step of its user's journey. */
export function refusedEvent({ id, at, user, endpoint, code, requestId }: RequestEntry): JourneyEvent {
  const refused = { endpoint, code: code ?? '' };
  return { id, at, user: user ?? '', kind: 'refused', afterMs: null, partner: null, refused, requestId };
}
