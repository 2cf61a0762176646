import type { TransactionResult } from '@shared/contract/transitions';
import { type Acting, couplesKeys, defineMovingScript, nothingDone, toResult } from './core';
import { refusal } from './refusal';
import separateLua from './separate.lua?raw';

/** How a user leaves a pair or the queue. */
export type SeparateAction = 'skip' | 'end' | 'fail' | 'leave' | 'disconnect' | 'cleanup';

export interface SeparateInput {
  acting: Acting;
  user: string;
  action: SeparateAction;
  /** The user asked for it, which proves that they live. */
  alive: boolean;
  /** What the journal says for the user; the action itself when missing. */
  cause?: string;
  /** The call that the action is about; whichever the user is in when missing. */
  room?: string | undefined;
  /** Of a cleanup; kept in the audit trail. */
  reason?: string;
}

/** What came of taking a user out of a pair or the queue. */
export interface Separation extends TransactionResult {
  /** Who was in the pair too and moved with the user. */
  partner: string | null;
  /** The call was over already, through the partner or the sweeper, and nothing was left to do. */
  superseded: boolean;
}

/**
 * Takes a user out of a pair or the queue, and the partner with them, in one step.
 * @throws SwitchboardError `wrong_state` with the state the user is in, or `split_user`.
 */
export const separateScript = defineMovingScript<SeparateInput, Separation>({
  name: 'separate',
  body: separateLua,
  keys: couplesKeys,
  args: ({ user, action, alive, cause, room, reason }) => [
    user,
    action,
    alive ? '1' : '',
    cause ?? action,
    room ?? '',
    reason ?? '',
  ],
  decode(reply, { acting, user }) {
    const [word, json, partner] = reply as [string, string, string];
    if (word === 'refused') throw refusal(json);
    if (word === 'superseded')
      return { ...nothingDone(acting, Number(json)), partner: null, superseded: true };
    const result = toResult(word, json, acting);
    const other = partner || result.moves.find((move) => move.user !== user)?.user;
    return { ...result, partner: other ?? null, superseded: false };
  },
});
