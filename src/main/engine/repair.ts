import type { FindingKind, RepairOutcome } from '@shared/contract/integrity';
import type { TransactionResult } from '@shared/contract/transitions';
import { type Acting, couplesKeys, defineMovingScript, toResult } from './core';
import { FUTURE_TOLERANCE_MS } from './diagnose';
import repairLua from './repair.lua?raw';

export interface RepairInput {
  acting: Acting;
  user: string;
  kinds: readonly FindingKind[];
  /** Kept in the audit trail. */
  reason: string;
  dryRun?: boolean;
}

/** What a repair did, or would do in a dry run. */
export interface Repair {
  /** Null when nothing was wrong any more. */
  transaction: TransactionResult | null;
  done: RepairOutcome['done'];
}

/** Puts right what is wrong with one user, each fault by its own rule, judged at this moment. */
export const repairScript = defineMovingScript<RepairInput, Repair>({
  name: 'repair',
  body: repairLua,
  keys: (input) => [...couplesKeys(input), input.acting.keys.prefixes.heartbeat],
  args: ({ acting, user, kinds, reason, dryRun }) => [
    user,
    dryRun ? '1' : '',
    reason,
    acting.settings.heartbeatLimitMs,
    FUTURE_TOLERANCE_MS,
    ...kinds,
  ],
  decode(reply, { acting, user }) {
    const [word, json, told] = reply as [string, string, string];
    const done = JSON.parse(told) as [FindingKind, string][];
    return {
      transaction: json === '' ? null : toResult(word, json, acting),
      // Whoever is left in a pair that nobody shares goes on at once: one sentence says both.
      done: done
        .filter(([, what], index) => !(what.startsWith('kept ') && done[index + 1]?.[1].startsWith('moved ')))
        .map(([kind, what]) => ({ kind, message: inWords(user, kind, what) })),
    };
  },
});

function inWords(user: string, kind: FindingKind, what: string): string {
  const rest = what.slice(what.lastIndexOf(' ') + 1);
  if (what.startsWith('kept ')) return `${user} stays ${rest} and nowhere else.`;
  if (what.startsWith('moved '))
    return kind === 'split' ? `${user} goes to ${rest} and is nowhere else.` : `${user} goes to ${rest}.`;
  if (what.startsWith('partner too ')) return `${rest} goes back to the queue.`;
  if (what.startsWith('state ')) return `The metadata of ${user} say ${rest}.`;
  switch (what) {
    case 'created':
      return `${user} gets metadata with defaults.`;
    case 'removed':
      return `${user} is forgotten.`;
    case 'cleared':
      return `The partner is taken out of the metadata of ${user}.`;
    default:
      return `The time of ${user} is set to now.`;
  }
}
