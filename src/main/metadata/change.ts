import type { TransactionResult } from '@shared/contract/transitions';
import { encodeMetadataValue, type MetadataValue } from '@shared/metadata';
import { type Acting, defineMovingScript, toResult } from '../engine/core';
import changeLua from './change.lua?raw';

/** What became of one user; `done` in a dry run means that it would be done. */
export type ChangeOutcome = 'done' | 'unknown' | 'exists' | 'in-state' | 'split';

export interface ChangeInput {
  acting: Acting;
  action: 'create' | 'patch' | 'remove';
  /** A value of null takes the field away. */
  users: readonly { user: string; fields: Readonly<Record<string, MetadataValue>> }[];
  /** Of an operator's action: it is then written to the audit trail. */
  audit?: { action: string; reason: string } | undefined;
  dryRun?: boolean;
}

/** What a change came to. */
export interface ChangeReply {
  /** Null when nothing was changed. */
  transaction: TransactionResult | null;
  /** In the order asked; empty for a repeat. */
  outcomes: ChangeOutcome[];
}

/** Creates, patches or removes metadata of one user or many, without moving anybody. */
export const changeScript = defineMovingScript<ChangeInput, ChangeReply>({
  name: 'change',
  body: changeLua,
  args: ({ action, audit, dryRun, users }) => [
    action,
    audit?.reason ?? '',
    audit?.action ?? '',
    dryRun ? '1' : '',
    ...users.flatMap(({ user, fields }) => {
      const entries = Object.entries(fields);
      const encoded = entries.flatMap(([field, value]) =>
        value === null ? [field, '', ''] : [field, encodeMetadataValue(value), '1'],
      );
      return [user, entries.length, ...encoded];
    }),
  ],
  decode(reply, { acting, users }) {
    const [word, json, told] = reply as [string, string, string];
    const outcomes = JSON.parse(told) as ChangeOutcome[] | Record<string, never>;
    return {
      transaction: json === '' ? null : toResult(word, json, acting),
      // A repeat was carried out as the first call told.
      outcomes: word === 'repeated' ? users.map(() => 'done') : Array.isArray(outcomes) ? outcomes : [],
    };
  },
});
