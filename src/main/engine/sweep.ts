import type { TransactionResult } from '@shared/contract/transitions';
import { type Acting, couplesKeys, defineMovingScript, toResult } from './core';
import sweepLua from './sweep.lua?raw';

/** What the sweeper looks for, in the order in which it does. */
export const SWEEP_RULES = ['connecting', 'disconnecting', 'alone', 'heartbeat'] as const;
export type SweepRule = (typeof SWEEP_RULES)[number];

export interface SweepInput {
  acting: Acting;
  rule: SweepRule;
  /** How many at the head of the list earlier calls left where they are. */
  offset: number;
  /** How many users are looked at. */
  count: number;
  /** Report, and change nothing. */
  dryRun: boolean;
  /** Who is looked at by the rule `alone`; the other rules have lists of their own. */
  users?: readonly string[];
}

/** What one call of the sweep did. */
export interface SweepStep {
  /** Null when nobody was moved. */
  transaction: TransactionResult | null;
  lookedAt: number;
  /** Where the next call begins. */
  offset: number;
  /** Whether there may be more to sweep by this rule. */
  more: boolean;
}

function limitOf(rule: SweepRule, { settings }: Acting): number {
  if (rule === 'connecting') return settings.connectingLimitMs;
  return rule === 'disconnecting' ? settings.disconnectingLimitMs : settings.heartbeatLimitMs;
}

/** Takes users who stayed too long, or fell silent, out of their state: one bounded step of a sweep. */
export const sweepScript = defineMovingScript<SweepInput, SweepStep>({
  name: 'sweep',
  body: sweepLua,
  keys: (input) => [...couplesKeys(input), input.acting.keys.prefixes.heartbeat],
  args: ({ acting, rule, offset, count, dryRun, users = [] }) => [
    rule,
    limitOf(rule, acting),
    acting.settings.forgetAfterMs,
    offset,
    count,
    dryRun ? '1' : '',
    ...users,
  ],
  decode(reply, { acting }) {
    const [word, json, lookedAt, offset, more] = reply as [string, string, number, number, string];
    return {
      transaction: json === '' ? null : toResult(word, json, acting),
      lookedAt,
      offset,
      more: more === 'more',
    };
  },
});
