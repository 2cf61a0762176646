import type { State } from '@shared/states';

/** How a run was at one moment. */
export interface Sample {
  /** Milliseconds since the run began. */
  at: number;
  counts: Record<State, number>;
  present: number;
  /** Moves since the run began. */
  moves: number;
  inFlight: number;
  lagMs: number;
  violations: number;
  memoryBytes: number;
  /** Of one processor core, everything that this process did. */
  cpuShare: number;
}

/** More than this say nothing more in a chart. */
const MAX_SAMPLES = 600;

/** The course of a run: at first every sample, then every second one, and so on, so that it stays small. */
export class Samples {
  private kept: Sample[] = [];
  private every = 1;
  private seen = 0;

  add(sample: Sample): void {
    if (this.seen % this.every === 0) this.kept.push(sample);
    this.seen += 1;
    if (this.kept.length < MAX_SAMPLES) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }

  get all(): readonly Sample[] {
    return this.kept;
  }

  get last(): Sample | undefined {
    return this.kept.at(-1);
  }
}

/** At most so many of some samples, evenly chosen, with the last one. */
export function evenly(samples: readonly Sample[], most: number): Sample[] {
  const step = Math.max(1, Math.ceil(samples.length / most));
  const last = samples.length - 1;
  return samples.filter((_, index) => (last - index) % step === 0);
}
