import type { WaitingExplanation } from '@shared/contract/users';
import { readScored } from '../redis/replies';
import type { EngineContext } from './context';
import { detailsScript } from './details';
import type { MatcherMetrics } from './matcher';

type Reason = WaitingExplanation['reasons'][number];

/** How many of those who wait longest are checked for cooldowns. */
const WINDOW = 200;
/** A wait beside a free partner that is longer than this means that no matcher works. */
const MATCHER_PATIENCE_MS = 5000;

/** Why a user is still waiting, in reasons that a person can act on. Reads only. */
export async function explainWaiting(
  context: EngineContext,
  user: string,
  matcher?: MatcherMetrics,
): Promise<WaitingExplanation> {
  const { store, keys, settings } = context;
  const details = await store.run(detailsScript, {
    keys,
    user,
    heartbeatLimitMs: settings.heartbeatLimitMs,
  });
  const explanation: WaitingExplanation = {
    user,
    at: details.at,
    state: details.state,
    waitedMs: null,
    position: details.queue?.position ?? null,
    queueLength: details.queue?.length ?? 0,
    nextPartner: null,
    cooldowns: [],
    reasons: [],
  };
  const { reasons } = explanation;
  const say = (kind: Reason['kind'], message: string, count: number | null = null) =>
    void reasons.push({ kind, message, count });

  if (details.states.length > 1) {
    const where = details.states.map(({ state }) => state).join(' and ');
    say(
      'split',
      `${user} is in ${where} at once; the matcher leaves damaged users alone until they are repaired.`,
    );
    return explanation;
  }
  if (details.state === null) {
    say('unknown', `${user} is in no state, and so is not in the queue.`);
    return explanation;
  }
  if (details.state !== 'WAITING') {
    say('not-waiting', `${user} is ${details.state}, not WAITING.`);
    return explanation;
  }

  explanation.waitedMs = details.since === null ? null : Math.max(0, details.at - details.since);
  if (details.heartbeat.stale)
    say('heartbeat-stale', `${user} sent no heartbeat for a while: a sweep takes them to IDLE.`);
  const { free, cooldowns } = await othersInQueue(context, user);
  explanation.cooldowns = cooldowns;
  explanation.nextPartner = free;
  sayWhatQueueTells(explanation, say, matcher);
  return explanation;
}

function sayWhatQueueTells(
  { user, position, queueLength, waitedMs, nextPartner, cooldowns }: WaitingExplanation,
  say: (kind: Reason['kind'], message: string, count?: number | null) => void,
  matcher: MatcherMetrics | undefined,
): void {
  if (queueLength < 2) {
    say('alone-in-queue', 'Nobody else is waiting.');
    return;
  }
  const kept = cooldowns.length;
  if (!nextPartner) {
    const soonest = Math.ceil(Math.min(...cooldowns.map(({ remainingMs }) => remainingMs)) / 1000);
    const who =
      kept === 1 ? 'The only other person who waits was' : `Each of the ${kept} others who wait was`;
    say(
      'all-on-cooldown',
      `${who} with ${user} a moment ago; the first cooldown ends in ${soonest} s.`,
      kept,
    );
    return;
  }
  if ((waitedMs ?? 0) > MATCHER_PATIENCE_MS) {
    const here = matcher?.running
      ? 'The one of this process runs.'
      : 'None runs in this process: look at the service that pairs, or start this one with --workers.';
    say('matcher-idle', `${nextPartner} waits too and may meet ${user}: is a matcher working? ${here}`);
  }
  const ahead = (position ?? 1) - 1;
  if (ahead === 1) say('queue-ahead', 'One person waits longer and is paired first.', ahead);
  else if (ahead > 1) say('queue-ahead', `${ahead} people wait longer and are paired first.`, ahead);
  else say('next-in-line', `${user} is next, and would be paired with ${nextPartner}.`);
  if (kept > 0) say('some-on-cooldown', `${kept} of those who wait longest met ${user} a moment ago.`, kept);
}

/** The longest waiting other who may meet the user, and the cooldowns with the rest of the head of the queue. */
async function othersInQueue(
  { store, keys }: EngineContext,
  user: string,
): Promise<{ free: string | null; cooldowns: WaitingExplanation['cooldowns'] }> {
  const queue = readScored(await store.command(['ZRANGE', keys.sets.WAITING, 0, WINDOW, 'WITHSCORES']));
  const others = queue.map(({ member }) => member).filter((member) => member !== user);
  const left = await store.pipeline(others.map((other) => ['PTTL', keys.cooldown(user, other)]));
  const cooldowns = others
    .map((other, index) => ({ user: other, remainingMs: Math.max(0, Number(left[index])) }))
    .filter((_, index) => Number(left[index]) !== -2);
  const kept = new Set(cooldowns.map((cooldown) => cooldown.user));
  return { free: others.find((other) => !kept.has(other)) ?? null, cooldowns };
}
