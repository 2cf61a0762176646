import type { TransactionResult } from '@shared/contract/transitions';
import { type Acting, couplesKeys, defineMovingScript, toResult } from './core';
import { refusal } from './refusal';
import pairLua from './pair.lua?raw';

export interface PairInput {
  acting: Acting;
  users: readonly [string, string];
}

/**
 * Makes a couple of two chosen users who wait.
 * @throws SwitchboardError `wrong_state`, `split_user`, or `on_cooldown` when the two were together a moment ago.
 */
export const pairScript = defineMovingScript<PairInput, TransactionResult>({
  name: 'pair',
  body: pairLua,
  keys: couplesKeys,
  args: ({ users }) => [...users],
  decode(reply, { acting }) {
    const [word, json] = reply as [string, string];
    if (word === 'refused') throw refusal(json);
    return toResult(word, json, acting);
  },
});
