import { CONNECTING_LIMIT_MS, DISCONNECTING_LIMIT_MS } from '@shared/contract/overview';
import type { UserDetails, WaitingExplanation } from '@shared/contract/users';
import { formatAge } from '../../format';

/** What frees a user: a sweep, a scan with repair, or a forced move. */
export type Mend = 'sweep' | 'scan' | 'force';

/** One thing that keeps a user where it is. */
export interface StuckReason {
  key: string;
  message: string;
  /** What frees the user, where anything does but patience. */
  mend: Mend | null;
}

/** What the details alone tell of a user who does not get on, the weightiest first. */
export function stuckReasons(details: UserDetails): StuckReason[] {
  const { user, state, states, since, at, heartbeat, partner } = details;
  if (states.length > 1) {
    const where = states.map((each) => each.state).join(' and ');
    const message = `${user} is in ${where} at once, and nothing moves a damaged user. A scan offers the repair.`;
    return [{ key: 'split', message, mend: 'scan' }];
  }
  const reasons: StuckReason[] = [];
  const ageMs = since === null ? 0 : at - since;
  const limitMs =
    state === 'CONNECTING' ? CONNECTING_LIMIT_MS : state === 'DISCONNECTING' ? DISCONNECTING_LIMIT_MS : null;
  if (limitMs !== null && ageMs > limitMs) {
    const message = `${state} for ${formatAge(ageMs)}: over ${formatAge(limitMs)} a sweep takes them out. Does a sweeper run?`;
    reasons.push({ key: 'too-long', message, mend: 'sweep' });
  }
  const paired = state === 'CONNECTING' || state === 'IN_CALL';
  if (paired && partner === null)
    reasons.push({ key: 'alone', message: `${user} is ${state} without a partner.`, mend: 'scan' });
  if (paired && partner && (!partner.mutual || partner.state !== state)) {
    const what = partner.mutual ? `is ${partner.state ?? 'in no state'}` : 'names somebody else';
    reasons.push({ key: 'partner', message: `The partner ${partner.user} ${what}.`, mend: 'scan' });
  }
  if (heartbeat.stale && state !== null && state !== 'WAITING')
    reasons.push({
      key: 'heartbeat-stale',
      message: 'No heartbeat for a while: the page is probably gone. A sweep takes them out.',
      mend: 'sweep',
    });
  return reasons;
}

/** Why one waits, each reason with what frees the user. */
export function waitingReasons({ reasons }: WaitingExplanation): StuckReason[] {
  return reasons.map(({ kind, message }) => ({ key: kind, message, mend: WAITING_MENDS[kind] }));
}

const WAITING_MENDS: Record<WaitingExplanation['reasons'][number]['kind'], Mend | null> = {
  'not-waiting': null,
  unknown: 'scan',
  split: 'scan',
  'alone-in-queue': null,
  'all-on-cooldown': null,
  'some-on-cooldown': null,
  'queue-ahead': null,
  'next-in-line': null,
  'heartbeat-stale': 'sweep',
  'matcher-idle': 'force',
};
