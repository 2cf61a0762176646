import { SwitchboardError } from '@shared/errors';
import {
  METADATA_DEFAULTS,
  type MetadataValue,
  misfit,
  MOVE_OWNED_FIELDS,
  type ParsedMetadata,
  parseMetadata,
} from '@shared/metadata';
import type { TransactionResult } from '@shared/contract/transitions';
import type { State } from '@shared/states';
import type { EngineContext } from '../engine/context';
import { acting, type ActOptions } from '../engine/core';
import { listScript } from '../engine/list';
import { runMoving } from '../engine/run-moving';
import { newId } from '../lib/ids';
import { readHash, readScored } from '../redis/replies';
import { type ChangeInput, type ChangeOutcome, changeScript } from './change';
import { type HeartbeatReply, heartbeatScript } from './heartbeat';
import { findPaired } from './pairs';

/** What is known about one user. */
export interface UserRecord extends ParsedMetadata {
  user: string;
}

/** What became of one user of a batch. */
export interface BatchOutcome {
  user: string;
  outcome: ChangeOutcome;
}

/** What became of a batch. */
export interface BatchReply {
  outcomes: BatchOutcome[];
  /** One for each chunk that changed something, to undo it by. */
  transactions: TransactionResult[];
}

/** Further to ActOptions: an operator's change is audited with its reason. */
export interface ChangeOptions extends ActOptions {
  audit?: { action: string; reason: string };
  dryRun?: boolean;
}

/** A user's session in figures. Lengths in milliseconds. */
export interface SessionStatistics {
  user: string;
  totalMatches: number;
  totalSkips: number;
  totalEnds: number;
  totalCalls: number;
  averageCallDuration: number;
  sessionStart: number | null;
  lastActivity: number | null;
}

/** Fields to set, by name; null takes one away. */
export type MetadataPatch = Readonly<Record<string, MetadataValue>>;

/** Users per script or round trip. */
/** Users changed by one script, and so by one transaction, at most. */
export const CHANGE_BATCH = 200;
const MAX_STALE = 1000;

/**
 * What is kept with each user beside the state. Nothing here moves anybody: the fields that follow from moves are
 * written by the moving scripts, and refused here.
 */
export class UserMetadataManager {
  constructor(private readonly context: EngineContext) {}

  /**
   * Gives metadata with defaults to a user who is in a state and has none, as another program may have left them.
   * New users get theirs when they are added to a state.
   * @throws SwitchboardError `conflict` when the user has metadata, `unknown_user` when they are in no state.
   */
  async createUserMetadata(
    user: string,
    fields: MetadataPatch = {},
    options: ChangeOptions = {},
  ): Promise<TransactionResult> {
    const reply = await this.#change('create', [{ user, fields }], options);
    return this.#single(user, reply);
  }

  /** What is known about a user; null where no hash exists. */
  async getUserMetadata(user: string): Promise<UserRecord | null> {
    const [record] = await this.getUserMetadataBatch([user]);
    return record ?? null;
  }

  /** What is known about each of many users, in the order asked; null where no hash exists. */
  async getUserMetadataBatch(users: readonly string[]): Promise<(UserRecord | null)[]> {
    const { store, keys } = this.context;
    const records: (UserRecord | null)[] = [];
    for (let at = 0; at < users.length; at += CHANGE_BATCH) {
      const chunk = users.slice(at, at + CHANGE_BATCH);
      const hashes = await store.pipeline(chunk.map((user) => ['HGETALL', keys.user(user)]));
      records.push(...chunk.map((user, index) => toRecord(user, readHash(hashes[index]))));
    }
    return records;
  }

  /**
   * Sets the fields given, and takes away those given as null; all others stay, unknown ones too.
   * @throws SwitchboardError `bad_input` for a field that follows from moves or a value that does not fit,
   *   `unknown_user`, `split_user`.
   */
  async updateUserMetadata(
    user: string,
    patch: MetadataPatch,
    options: ChangeOptions = {},
  ): Promise<TransactionResult> {
    const reply = await this.#change('patch', [{ user, fields: patch }], options);
    return this.#single(user, reply);
  }

  /** Patches many users; each has an outcome of its own. @throws SwitchboardError `bad_input` before anything is written. */
  async updateUserMetadataBatch(
    patches: readonly { user: string; patch: MetadataPatch }[],
    options: ChangeOptions = {},
  ): Promise<BatchReply> {
    return await this.#change(
      'patch',
      patches.map(({ user, patch }) => ({ user, fields: patch })),
      options,
    );
  }

  /**
   * Removes the metadata of a user who is in no state.
   * @throws SwitchboardError `wrong_state` for a user who is in one: remove the user instead; `unknown_user`.
   */
  async removeUserMetadata(user: string, options: ChangeOptions = {}): Promise<TransactionResult> {
    const reply = await this.removeUserMetadataBatch([user], options);
    return this.#single(user, reply);
  }

  /** Removes the metadata of those who are in no state; each has an outcome of its own. */
  removeUserMetadataBatch(users: readonly string[], options: ChangeOptions = {}): Promise<BatchReply> {
    return this.#change(
      'remove',
      users.map((user) => ({ user, fields: {} })),
      options,
    );
  }

  /** Gives metadata with defaults to those who are in a state and have none; each has an outcome of its own. */
  createUserMetadataBatch(users: readonly string[], options: ChangeOptions = {}): Promise<BatchReply> {
    return this.#change(
      'create',
      users.map((user) => ({ user, fields: {} })),
      options,
    );
  }

  /**
   * Notes that users live, and renews how long their metadata are kept. Those whom nobody knows are named and not
   * created.
   */
  async heartbeat(users: readonly string[], now?: number): Promise<HeartbeatReply> {
    const { store, keys, settings } = this.context;
    const reply: HeartbeatReply = { at: 0, unknown: [] };
    for (let at = 0; at < users.length; at += CHANGE_BATCH) {
      const chunk = users.slice(at, at + CHANGE_BATCH);
      const part = await store.run(heartbeatScript, { keys, settings, users: chunk, now });
      reply.at = part.at;
      reply.unknown.push(...part.unknown);
    }
    return reply;
  }

  /** Forgives a missing heartbeat until a time (ms since the epoch), without an end (true), or no more (null). */
  setGracePeriod(
    user: string,
    until: number | true | null,
    options: ChangeOptions = {},
  ): Promise<TransactionResult> {
    return this.updateUserMetadata(user, { gracePeriod: until }, options);
  }

  /** The users of a state with their metadata, longest there first. */
  async getUsersByState(
    state: State,
    { offset = 0, limit = 100 }: { offset?: number; limit?: number } = {},
  ): Promise<UserRecord[]> {
    const { store, keys } = this.context;
    const input = { keys, states: [state], offset, count: limit, order: 'oldest' as const };
    const { rows } = await store.run(listScript, input);
    const users = rows.map(({ user }) => user);
    const records = await this.getUserMetadataBatch(users);
    return records.map((record, index) => record ?? emptyRecord(users[index] ?? ''));
  }

  /** Who sent no heartbeat for a while, longest silent first, by the index; at most 1,000 at once. */
  async getStaleUsers(
    silentForMs = this.context.settings.heartbeatLimitMs,
    limit = 100,
  ): Promise<{ user: string; lastHeartbeat: number }[]> {
    const { store, keys } = this.context;
    const [seconds] = (await store.command(['TIME'])) as [string, string];
    const before = Number(seconds) * 1000 - silentForMs;
    const count = Math.min(limit, MAX_STALE);
    const range = [
      'ZRANGEBYSCORE',
      keys.heartbeats,
      '-inf',
      before,
      'WITHSCORES',
      'LIMIT',
      0,
      count,
    ] as const;
    const stale = readScored(await store.command(range));
    return stale.map(({ member, score }) => ({ user: member, lastHeartbeat: score }));
  }

  /** Who is in a room, by walking those in pairs in bounded steps; soundly, two. */
  getUsersInRoom(room: string, signal?: AbortSignal): Promise<string[]> {
    return findPaired(this.context, 'currentRoom', room, signal);
  }

  /** Who in a pair names this user as the partner; more than one is damage. Walks as `getUsersInRoom` does. */
  getUsersByPartner(partner: string, signal?: AbortSignal): Promise<string[]> {
    return findPaired(this.context, 'matchedWith', partner, signal);
  }

  /** What a user's session came to so far; null where no hash exists. */
  async getSessionStatistics(user: string): Promise<SessionStatistics | null> {
    const record = await this.getUserMetadata(user);
    if (!record) return null;
    const { values } = record;
    return {
      user,
      totalMatches: values.totalMatches ?? 0,
      totalSkips: values.totalSkips ?? 0,
      totalEnds: values.totalEnds ?? 0,
      totalCalls: values.totalCalls ?? 0,
      averageCallDuration: values.averageCallDuration ?? 0,
      sessionStart: values.sessionStartTime ?? null,
      lastActivity: values.lastActivity ?? null,
    };
  }

  async #change(
    action: ChangeInput['action'],
    users: ChangeInput['users'],
    { audit, dryRun = false, ...options }: ChangeOptions,
  ): Promise<BatchReply> {
    for (const { fields } of users) assertPatch(fields);
    const { keys, settings } = this.context;
    const given = options.transaction ?? newId();
    const reply: BatchReply = { outcomes: [], transactions: [] };
    for (let at = 0; at < users.length; at += CHANGE_BATCH) {
      const chunk = users.slice(at, at + CHANGE_BATCH);
      const input: ChangeInput = {
        // Each chunk is a transaction of its own; asking again with the same id repeats each of them.
        acting: acting(keys, settings, {
          ...options,
          transaction: at === 0 ? given : `${given}-${at / CHANGE_BATCH}`,
        }),
        action,
        users: action === 'create' ? chunk.map(withDefaults) : chunk,
        audit,
        dryRun,
      };
      const part = await runMoving(this.context, changeScript, input, ({ transaction }) => transaction);
      reply.outcomes.push(
        ...chunk.map(({ user }, index) => ({ user, outcome: part.outcomes[index] ?? 'unknown' })),
      );
      if (part.transaction) reply.transactions.push(part.transaction);
    }
    return reply;
  }

  #single(user: string, { outcomes, transactions }: BatchReply): TransactionResult {
    const [transaction] = transactions;
    if (transaction) return transaction;
    const { pool } = this.context.keys;
    switch (outcomes[0]?.outcome) {
      case 'split':
        throw new SwitchboardError('split_user', `${user} is in several states at once: repair it first.`, {
          user,
        });
      case 'exists':
        throw new SwitchboardError('conflict', `${user} has metadata already: patch it instead.`, { user });
      case 'in-state':
        throw new SwitchboardError(
          'wrong_state',
          `${user} is in a state, and metadata goes with it: remove the user instead.`,
          { user },
        );
      default:
        throw new SwitchboardError('unknown_user', `Nobody is known as ${user} in pool ${pool}.`, {
          user,
          pool,
        });
    }
  }
}

function withDefaults({ user, fields }: ChangeInput['users'][number]): ChangeInput['users'][number] {
  return { user, fields: { ...METADATA_DEFAULTS, ...fields } };
}

function emptyRecord(user: string): UserRecord {
  return { user, values: {}, unknown: {}, unreadable: [] };
}

function toRecord(user: string, hash: Record<string, string>): UserRecord | null {
  return Object.keys(hash).length === 0 ? null : { user, ...parseMetadata(hash) };
}

/** Refuses what would put metadata out of step with the sets, and what could not be read again. */
function assertPatch(patch: MetadataPatch): void {
  const owned: readonly string[] = MOVE_OWNED_FIELDS;
  for (const [field, value] of Object.entries(patch)) {
    if (owned.includes(field))
      throw new SwitchboardError(
        'bad_input',
        `${field} follows from a user's moves and cannot be patched: move the user instead.`,
        { field },
      );
    const problem = value === null ? null : misfit(field, value);
    if (problem !== null)
      throw new SwitchboardError('bad_input', `${JSON.stringify(value)} does not fit ${field}: ${problem}.`, {
        field,
      });
  }
}
