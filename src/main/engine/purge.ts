import { STATES } from '@shared/states';
import { newId } from '../lib/ids';
import type { EngineContext } from './context';
import { acting } from './core';
import { lookScript } from './look';
import { removeScript } from './remove';
import { runMoving } from './run-moving';

/** Members looked at per step of a walk, and users taken out per script. */
const WALK_STEP = 500;
const CHUNK = 100;

/**
 * Finds and takes out the users whose id begins in a certain way, with everything that is kept by their name. Made
 * for simulated people: it leaves no audit entry. Journal and statistics keep what happened.
 */
export class Purge {
  constructor(private readonly context: EngineContext) {}

  /** A user who does not begin that way, or null; looks at everybody in bounded steps and stops at the first. */
  async findOther(prefix: string): Promise<string | null> {
    for (const state of STATES)
      for await (const users of this.walk(this.context.keys.sets[state], '*')) {
        const other = users.find((user) => !user.startsWith(prefix));
        if (other !== undefined) return other;
      }
    return null;
  }

  /**
   * Takes out everybody whose id begins that way, in chunks that are short scripts.
   * @param prefix letters, digits and `-` only
   * @param couples whose cooldowns are taken away too
   * @returns how many were taken out of a state
   */
  async removeAll(prefix: string, couples: readonly (readonly [string, string])[] = []): Promise<number> {
    const { sets, heartbeats } = this.context.keys;
    const found = new Set<string>();
    for (const key of [...Object.values(sets), heartbeats])
      for await (const users of this.walk(key, `${prefix}*`)) for (const user of users) found.add(user);

    let removed = 0;
    const rest = [...couples];
    const users = [...found];
    while (users.length > 0 || rest.length > 0)
      removed += await this.remove(users.splice(0, CHUNK), rest.splice(0, CHUNK));
    return removed;
  }

  /** Damages a user as another program could, to see that it is noticed: puts them into a second state as well. */
  async corrupt(user: string): Promise<void> {
    const { store, keys } = this.context;
    const [where] = await store.run(lookScript, { keys, users: [user] });
    const second = where?.state === 'IN_CALL' ? 'WAITING' : 'IN_CALL';
    await store.command(['ZADD', keys.sets[second], where?.since ?? 0, user]);
  }

  private async remove(users: string[], couples: (readonly [string, string])[]): Promise<number> {
    const { keys, settings } = this.context;
    const input = {
      acting: acting(keys, settings, { by: 'simulator', transaction: newId() }),
      users,
      reason: '',
      traces: { couples },
    };
    const { moves } = await runMoving(this.context, removeScript, input, (result) => result);
    return moves.filter(({ from, to }) => from !== null && to === null).length;
  }

  /** The members of a sorted set that match, a few at a time. A member may come twice. */
  private async *walk(key: string, match: string): AsyncGenerator<string[]> {
    let cursor = '0';
    do {
      const reply = await this.context.store.command([
        'ZSCAN',
        key,
        cursor,
        'MATCH',
        match,
        'COUNT',
        WALK_STEP,
      ]);
      const [next, pairs] = reply as [string, string[]];
      cursor = String(next);
      const users = pairs.filter((_, index) => index % 2 === 0);
      if (users.length > 0) yield users;
    } while (cursor !== '0');
  }
}
