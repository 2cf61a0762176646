import type { Health } from '@shared/contract/session';
import type { Unsubscribe } from '@shared/transport';
import type { Engine } from '../engine/engine';
import type { Clock } from '../lib/clock';
import { newId } from '../lib/ids';
import type { Logger } from '../lib/log';
import { Loop } from '../lib/loop';
import { remember } from '../lib/remember';
import type { AlarmBook } from './alarm-book';
import { type AlarmEvent, AlarmWatch } from './alarm-watch';

export interface AlarmsOptions {
  engine: Engine;
  health: () => Health;
  /** Write nothing into Redis. */
  readOnly: boolean;
  clock: Clock;
  log: Logger;
}

const EVERY_MS = 2_000;
/** The least time between two looks, when somebody does not want to wait for the next. */
const REST_MS = 50;

/** Watches every pool of a deployment for as long as this process runs, whether or not a console is open. */
export class Alarms {
  private readonly judge = newId();
  private readonly watches = remember(
    (pool) =>
      new AlarmWatch({
        pool: this.options.engine.pool(pool),
        health: this.options.health,
        judge: this.judge,
        readOnly: this.options.readOnly,
      }),
  );
  private readonly latest = new Map<string, AlarmEvent>();
  private readonly listeners = new Map<string, Set<(event: AlarmEvent) => void>>();
  private readonly loop: Loop;

  constructor(private readonly options: AlarmsOptions) {
    const { clock, log } = options;
    this.loop = new Loop({
      name: 'alarms',
      task: () => this.turn(),
      everyMs: EVERY_MS,
      restMs: REST_MS,
      clock,
      log,
    });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Rules, snoozes and history of a pool. */
  book(pool: string): AlarmBook {
    return this.watches.get(pool).book;
  }

  /** Asks for a look soon: somebody has changed the rules or a snooze. */
  nudge(): void {
    this.loop.nudge();
  }

  /** Tells how things stand in a pool at each look, and at once where that is known. */
  onAlarms(pool: string, listener: (event: AlarmEvent) => void): Unsubscribe {
    const known = this.listeners.get(pool) ?? new Set();
    this.listeners.set(pool, known.add(listener));
    const latest = this.latest.get(pool);
    if (latest) listener(latest);
    else this.loop.nudge();
    return () => {
      known.delete(listener);
      if (known.size === 0 && this.listeners.get(pool) === known) this.listeners.delete(pool);
    };
  }

  private async turn(): Promise<void> {
    const { engine, health } = this.options;
    if (health().status !== 'ready') return;
    const pools = new Set([...(await engine.pools()), ...this.listeners.keys()]);
    await Promise.all([...pools].map((pool) => this.look(pool)));
  }

  private async look(pool: string): Promise<void> {
    const event = await this.watches.get(pool).look();
    this.latest.set(pool, event);
    for (const tell of [...(this.listeners.get(pool) ?? [])]) tell(event);
  }
}
