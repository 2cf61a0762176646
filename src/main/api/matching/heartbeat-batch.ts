import { SwitchboardError } from '@shared/errors';
import type { HeartbeatReply } from '../../metadata/heartbeat';

/** How many users one call takes at most, so that no call holds up the others. */
const USERS_PER_CALL = 64;

interface Beat {
  user: string;
  resolve: (at: number | null) => void;
  reject: (fault: unknown) => void;
}

/**
 * Heartbeats are most of what clients send, so those that arrive in the same turn of the event loop go to Redis in
 * one call. Nobody waits longer for that: the call leaves at the end of the turn.
 */
export class HeartbeatBatch {
  private waiting: Beat[] = [];

  constructor(private readonly send: (users: readonly string[]) => Promise<HeartbeatReply>) {}

  /** @returns when it was noted (ms since the epoch), or null for a user whom nobody knows */
  note(user: string): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ user, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    const beats = this.waiting;
    this.waiting = [];
    for (let start = 0; start < beats.length; start += USERS_PER_CALL)
      void this.sendTogether(beats.slice(start, start + USERS_PER_CALL));
  }

  private async sendTogether(beats: readonly Beat[]): Promise<void> {
    try {
      const { at, unknown } = await this.send([...new Set(beats.map(({ user }) => user))]);
      const strangers = new Set(unknown);
      for (const { user, resolve } of beats) resolve(strangers.has(user) ? null : at);
    } catch (fault) {
      if (beats.length > 1 && isOneUsersFault(fault))
        for (const beat of beats) void this.sendTogether([beat]);
      else for (const { reject } of beats) reject(fault);
    }
  }
}

/** A damaged key of one user; the others must not lose their heartbeat to it. Nothing was written then. */
function isOneUsersFault(fault: unknown): boolean {
  return fault instanceof SwitchboardError && fault.code === 'redis_wrong_type';
}
