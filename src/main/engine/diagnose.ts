import type { Finding, FindingKind } from '@shared/contract/integrity';
import { PAIRED_STATES, type State } from '@shared/states';
import type { Facts } from './inspect';

/** How far ahead of the server a time may be: clients' clocks differ. */
export const FUTURE_TOLERANCE_MS = 5000;

/**
 * What is wrong with a user by the facts of one moment, the gravest first. A damaged user has that one finding: the
 * rest can be judged only when it is repaired.
 */
export function diagnose(facts: Facts, heartbeatLimitMs: number): Finding[] {
  if (facts.damaged)
    return [
      found(
        facts,
        'damaged-key',
        `A key of ${facts.user} is of a wrong type, so that nothing can move them.`,
        null,
      ),
    ];
  if (facts.entries.length > 1)
    return [
      found(
        facts,
        'split',
        `${facts.user} is ${names(facts)} at once.`,
        'Keeps the state that the metadata name, or else the one entered last; back to the queue if that is a pair nobody shares.',
      ),
    ];
  const [entry] = facts.entries;
  if (!entry) return facts.hasMetadata ? [orphan(facts, heartbeatLimitMs)] : [];
  return [
    pairFinding(facts, entry.state),
    stateFinding(facts, entry.state),
    silence(facts, entry.state, heartbeatLimitMs),
    future(facts, entry.since),
  ].filter((finding) => finding !== null);
}

/** Whether a user has been silent for too long. Nobody counts as silent who was never heard. */
export function isSilent({ signs, gracePeriod, at }: Facts, limitMs: number): boolean {
  if (signs.length === 0 || gracePeriod === 'true' || Number(gracePeriod) > at) return false;
  return Math.max(...signs) <= at - limitMs;
}

function found(facts: Facts, kind: FindingKind, message: string, remedy: string | null): Finding {
  return { kind, user: facts.user, states: facts.entries.map(({ state }) => state), message, remedy };
}

function names({ entries }: Facts): string {
  return entries.map(({ state }) => state).join(' and ');
}

function orphan(facts: Facts, limitMs: number): Finding {
  const alive = facts.signs.length > 0 && !isSilent(facts, limitMs);
  return found(
    facts,
    'orphaned-metadata',
    `There are metadata of ${facts.user}, who is in no state.`,
    alive ? 'Brings the user back to IDLE, since they live.' : 'Removes the metadata.',
  );
}

function pairFinding(facts: Facts, state: State): Finding | null {
  const { user, matchedWith, partner } = facts;
  const paired: readonly State[] = PAIRED_STATES;
  if (!paired.includes(state))
    return matchedWith === ''
      ? null
      : found(
          facts,
          'partner-mismatch',
          `${user} is ${state}, and still named as the partner of ${matchedWith}.`,
          'Takes the partner out of the metadata.',
        );
  const there = partner?.entries.length === 1 && partner.entries[0]?.state === state;
  if (there && partner.matchedWith === user) return null;
  const back =
    'Takes the user back to the queue, or to IDLE if they are silent too; a partner who names them, too.';
  if (state === 'IN_CALL') {
    const why = matchedWith === '' ? 'no partner is known' : partnerInWords(facts);
    if (!there) return found(facts, 'alone-in-call', `${user} is IN_CALL, and ${why}.`, back);
  }
  const message = `${user} is ${state}, and ${matchedWith === '' ? 'no partner is known' : partnerInWords(facts)}.`;
  return found(facts, 'partner-mismatch', message, back);
}

function partnerInWords({ user, matchedWith, partner }: Facts): string {
  const states = partner?.entries.map(({ state }) => state).join(' and ') || 'in no state';
  const named = partner?.matchedWith ? `names ${partner.matchedWith}` : 'names nobody';
  return partner?.matchedWith === user
    ? `the partner ${matchedWith} is ${states}`
    : `the partner ${matchedWith} is ${states} and ${named}`;
}

function stateFinding(facts: Facts, state: State): Finding | null {
  if (!facts.hasMetadata)
    return found(
      facts,
      'no-metadata',
      `${facts.user} is ${state} without metadata.`,
      'Creates metadata with defaults and the state of the set.',
    );
  if (facts.state === state) return null;
  return found(
    facts,
    'metadata-mismatch',
    `${facts.user} is ${state}; the metadata say ${facts.state || 'nothing'}.`,
    'Writes the state of the set into the metadata: the sets are the truth.',
  );
}

function silence(facts: Facts, state: State, limitMs: number): Finding | null {
  if (!isSilent(facts, limitMs)) return null;
  const seconds = Math.floor((facts.at - Math.max(...facts.signs)) / 1000);
  return found(
    facts,
    'stale-heartbeat',
    `${facts.user} is ${state} and was last heard of ${seconds} s ago.`,
    state === 'IDLE' ? 'Forgets the user.' : 'Takes the user to IDLE, and a partner back to the queue.',
  );
}

function future(facts: Facts, since: number): Finding | null {
  const latest = Math.max(since, ...facts.signs);
  if (latest <= facts.at + FUTURE_TOLERANCE_MS) return null;
  const seconds = Math.ceil((latest - facts.at) / 1000);
  const what = latest === since ? 'entered the state' : 'was last heard of';
  // Redis keeps an infinite time as well, which reads as no number.
  const seen = Number.isFinite(latest) ? `${what} ${seconds} s from now` : 'has a time that never comes';
  return found(facts, 'time-in-future', `${facts.user} ${seen}.`, 'Puts now in its place.');
}
