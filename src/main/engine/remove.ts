import type { State } from '@shared/states';
import { type Acting, couplesKeys, defineMovingScript, nothingDone, toResult } from './core';
import removeLua from './remove.lua?raw';
import { toSkipped, type Transition } from './transition';

export interface RemoveInput {
  acting: Acting;
  users: readonly string[];
  dryRun?: boolean;
  /** Skip whoever is elsewhere by then. */
  expectedFrom?: State | undefined;
  /** Kept in the audit trail; the empty one leaves no entry there. */
  reason: string;
  /** Take away history and heartbeat string too, and the cooldowns of these couples. */
  traces?: { couples: readonly (readonly [string, string])[] };
}

/** Takes users out of every state and forgets them; unknown ones are skipped. Undo brings everything back. */
export const removeScript = defineMovingScript<RemoveInput, Transition>({
  name: 'remove',
  body: removeLua,
  keys: (input) => [...couplesKeys(input), input.acting.keys.prefixes.heartbeat],
  args: ({ users, dryRun, reason, expectedFrom, traces }) => [
    dryRun ? '1' : '',
    reason,
    expectedFrom ?? '',
    traces ? '1' : '',
    traces?.couples.length ?? 0,
    ...(traces?.couples.flat() ?? []),
    ...users,
  ],
  decode(reply, { acting }) {
    const [word, json, faults] = reply as [string, string, string];
    const skipped = toSkipped(faults);
    if (word === 'none') return { ...nothingDone(acting, Number(json)), skipped };
    return { ...toResult(word, json, acting), skipped };
  },
});
