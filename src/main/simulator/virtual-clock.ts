import type { Clock } from '../lib/clock';

/** The time of a run: it can stand still and go faster than the world. In milliseconds since the run began. */
export class VirtualClock {
  private passed = 0;
  private runningSince: number | null = null;
  private factor = 1;

  constructor(private readonly clock: Clock) {}

  get speed(): number {
    return this.factor;
  }

  now(): number {
    if (this.runningSince === null) return this.passed;
    return this.passed + (this.clock.now() - this.runningSince) * this.factor;
  }

  /** Lets time pass. Harmless when it does already. */
  start(): void {
    this.runningSince ??= this.clock.now();
  }

  /** Makes time stand still. */
  stop(): void {
    this.passed = this.now();
    this.runningSince = null;
  }

  /** From now on, time passes so many times as fast as in the world. */
  setSpeed(factor: number): void {
    this.passed = this.now();
    if (this.runningSince !== null) this.runningSince = this.clock.now();
    this.factor = factor;
  }
}
