import type { State } from '@shared/states';
import type { EngineContext } from './context';
import { lookScript } from './look';

/** How many of the longest waiting are looked at. */
const WINDOW = 200;

/** Whether a user could be paired now; if not, the reason as a word and as a sentence. */
export type Prospect =
  | { possible: true; partner: string }
  | {
      possible: false;
      reason: 'unknown' | 'split' | 'not_waiting' | 'nobody_else_waiting' | 'all_on_cooldown';
      state: State | null;
      message: string;
    };

/** Who could be paired with whom: reads for people and for the console, never a reservation. */
export class Prospects {
  constructor(private readonly context: EngineContext) {}

  /** The longest waiting other user who is not on cooldown with this one. */
  async next(user: string): Promise<{ user: string; since: number } | null> {
    const others = await this.othersWaiting(user);
    return this.firstFree(user, others);
  }

  async of(user: string): Promise<Prospect> {
    const { store, keys } = this.context;
    const [[where], others] = await Promise.all([
      store.run(lookScript, { keys, users: [user] }),
      this.othersWaiting(user),
    ]);
    const state = where?.state ?? null;
    const no = (reason: Exclude<Prospect, { possible: true }>['reason'], message: string): Prospect => ({
      possible: false,
      reason,
      state,
      message,
    });
    if (where && where.states.length > 1)
      return no('split', `${user} is in ${where.states.join(' and ')} at once: repair it first.`);
    if (state === null) return no('unknown', `${user} is in no state.`);
    if (state !== 'WAITING') return no('not_waiting', `${user} is ${state}, not WAITING.`);
    if (others.length === 0) return no('nobody_else_waiting', `Nobody else is waiting.`);
    const partner = await this.firstFree(user, others);
    if (partner) return { possible: true, partner: partner.user };
    return no(
      'all_on_cooldown',
      others.length === 1
        ? `${user} was together with the only other one who waits a moment ago; they are kept apart for a while.`
        : `${user} was together with each of the ${others.length} others who wait a moment ago; they are kept apart for a while.`,
    );
  }

  private async othersWaiting(user: string): Promise<{ user: string; since: number }[]> {
    const { store, keys } = this.context;
    const [reply] = await store.pipeline([['ZRANGE', keys.sets.WAITING, 0, WINDOW, 'WITHSCORES']]);
    return scored(reply).filter((other) => other.user !== user);
  }

  private async firstFree(
    user: string,
    others: readonly { user: string; since: number }[],
  ): Promise<{ user: string; since: number } | null> {
    if (others.length === 0) return null;
    const { store, keys } = this.context;
    const cooldowns = others.map((other) => keys.cooldown(user, other.user));
    const marks = (await store.command(['MGET', ...cooldowns])) as (string | null)[];
    return others.find((_, index) => marks[index] === null) ?? null;
  }
}

/** Members and scores, which arrive flat or in pairs depending on the protocol. */
function scored(reply: unknown): { user: string; since: number }[] {
  const flat = (reply as unknown[]).flat() as (string | number)[];
  return Array.from({ length: flat.length / 2 }, (_, index) => ({
    user: String(flat[index * 2]),
    since: Number(flat[index * 2 + 1]),
  }));
}
