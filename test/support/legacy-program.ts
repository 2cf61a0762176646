import type { Redis } from 'ioredis';
import type { State } from '@shared/states';

/**
 * A matching service as it existed before this product: it writes the classic keys with plain commands, one after the
 * other, stamps by its own clock, and keeps no journal, no index and no expiry.
 */
export class LegacyProgram {
  constructor(
    private readonly redis: Redis,
    private readonly now: () => number = Date.now,
  ) {}

  async arrive(user: string, fields: Record<string, string> = {}): Promise<void> {
    await this.redis.hset(`user:${user}`, { state: 'IDLE', createdAt: this.now(), plan: 'gold', ...fields });
    await this.redis.zadd('matching:idle', this.now(), user);
  }

  async move(user: string, from: State, to: State, fields: Record<string, string> = {}): Promise<void> {
    await this.redis.zrem(setOf(from), user);
    await this.redis.zadd(setOf(to), this.now(), user);
    const change = { state: to, previousState: from, lastStateChange: this.now(), ...fields };
    await this.redis.hset(`user:${user}`, change);
  }

  async match(a: string, b: string): Promise<void> {
    await this.move(a, 'WAITING', 'CONNECTING', { matchedWith: b });
    await this.move(b, 'WAITING', 'CONNECTING', { matchedWith: a });
    await this.move(a, 'CONNECTING', 'IN_CALL');
    await this.move(b, 'CONNECTING', 'IN_CALL');
  }

  /** As such programs do on an open page: the key with its expiry, and nothing else. */
  async heartbeat(user: string): Promise<void> {
    await this.redis.set(`heartbeat:${user}`, this.now(), 'EX', 30);
  }

  async leave(user: string, from: State): Promise<void> {
    await this.redis.zrem(setOf(from), user);
    await this.redis.del(`user:${user}`);
  }
}

function setOf(state: State): string {
  return `matching:${state.toLowerCase()}`;
}
