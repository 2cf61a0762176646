import type { Health } from '@shared/contract/session';
import type { SwitchboardError } from '@shared/errors';
import type { Unsubscribe } from '@shared/transport';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';

/** What may change of the health; `since` follows the status by itself. */
export type HealthChange = Partial<Omit<Health, 'since' | 'maxAttempts'>>;

/** The health of a connection as one immutable value, told to listeners at each change. */
export class HealthRecord {
  private readonly listeners = new Set<(health: Health) => void>();
  private health: Health;

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
    maxAttempts: number,
  ) {
    this.health = {
      status: 'connecting',
      since: clock.now(),
      attempts: 0,
      maxAttempts,
      nextAttemptAt: null,
      lastError: null,
      roundTripMs: null,
      server: null,
    };
  }

  get current(): Health {
    return this.health;
  }

  change(change: HealthChange): void {
    const entered = change.status !== undefined && change.status !== this.health.status;
    this.health = {
      ...this.health,
      ...change,
      since: entered ? this.clock.now() : this.health.since,
    };
    for (const listener of this.listeners) this.tell(listener);
  }

  /** An error as the health shows it. */
  errorNow({ code, message }: SwitchboardError): NonNullable<Health['lastError']> {
    return { code, message, at: this.clock.now() };
  }

  /** Tells a listener each change from now on. */
  listen(listener: (health: Health) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private tell(listener: (health: Health) => void): void {
    try {
      listener(this.health);
    } catch (fault) {
      this.log.error({ err: fault }, 'a listener of the connection failed');
    }
  }
}
