import type { TransactionResult } from '@shared/contract/transitions';
import { type Acting, couplesKeys, defineMovingScript, toResult } from './core';
import matchLua from './match.lua?raw';

export interface MatchInput {
  acting: Acting;
  /** How many couples at most. */
  pairs: number;
  /** How many of the longest waiting are looked at. */
  window: number;
  /** How many cooldowns are looked up at most. */
  checks: number;
}

/** What one round of matching did. */
export interface MatchRound {
  /** Null when nobody could be paired. */
  transaction: TransactionResult | null;
  /** The couples, longest wait first. */
  pairs: [string, string][];
  lookedAt: number;
  /** Couples that a cooldown kept apart. */
  passedOver: number;
  /** Whether another round could pair more at once. */
  more: boolean;
}

/** Pairs those who wait longest and moves both to CONNECTING. */
export const matchScript = defineMovingScript<MatchInput, MatchRound>({
  name: 'match',
  body: matchLua,
  keys: couplesKeys,
  args: ({ pairs, window, checks }) => [pairs, window, checks],
  decode(reply, { acting }) {
    const [word, json, lookedAt, passedOver, more] = reply as [string, string, number, number, string];
    const transaction = word === 'none' ? null : toResult(word, json, acting);
    const moves = transaction?.moves ?? [];
    const pairs: [string, string][] = [];
    for (let index = 0; index + 1 < moves.length; index += 2) {
      const [a, b] = [moves[index], moves[index + 1]];
      if (a && b) pairs.push([a.user, b.user]);
    }
    return { transaction, pairs, lookedAt, passedOver, more: more === 'more' };
  },
});
