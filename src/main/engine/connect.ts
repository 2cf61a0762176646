import type { TransactionResult } from '@shared/contract/transitions';
import connectLua from './connect.lua?raw';
import { type Acting, defineMovingScript, nothingDone, toResult } from './core';
import { refusal } from './refusal';

export interface ConnectInput {
  acting: Acting;
  /** Who says that the connection stands. */
  user: string;
  /** The word of one is enough for both. */
  atOnce: boolean;
}

/** What came of the word of one that the connection stands. */
export interface Connection extends TransactionResult {
  partner: string | null;
  /** Whether the two are in the call now; otherwise the partner has not said so yet. */
  inCall: boolean;
}

/**
 * Moves a pair into the call together, once both have said that the connection stands.
 * @throws SwitchboardError `wrong_state` when the user is not in a pair, or the partner is not there any more.
 */
export const connectScript = defineMovingScript<ConnectInput, Connection>({
  name: 'connect',
  body: connectLua,
  args: ({ user, atOnce }) => [user, atOnce ? '1' : ''],
  decode(reply, { acting, user }) {
    const [word, json, partner] = reply as [string, string, string];
    if (word === 'refused') throw refusal(json);
    if (word === 'already') return { ...nothingDone(acting, Number(json)), partner, inCall: true };
    const result = toResult(word, json, acting);
    const other = partner || result.moves.find((move) => move.user !== user)?.user;
    return { ...result, partner: other ?? null, inCall: result.moves.length > 0 };
  },
});
