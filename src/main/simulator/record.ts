import type { Run, RunFigures } from './run';
import type { Sample } from './samples';
import type { Scenario } from './scenario';
import type { Strike } from './strike';
import type { ServiceWatch } from './watch/service-watch';
import type { Violation } from './watch/violation';
import type { Verdict } from './watch/watcher';

/** Everything that is kept of a run. */
export interface RunRecord {
  id: string;
  scenario: Pick<Scenario, 'name' | 'title' | 'description' | 'people'>;
  seed: number;
  pool: string;
  /** By this machine's clock. */
  startedAt: number;
  elapsedMs: number;
  figures: RunFigures;
  service: ServiceWatch['figures'];
  verdict: Verdict;
  violations: readonly Violation[];
  strikes: readonly Strike[];
  samples: readonly Sample[];
}

/** Takes down a run as it is now. */
export function recordOf(
  run: Run,
  about: Pick<RunRecord, 'id' | 'seed' | 'pool' | 'startedAt'> & { scenario: Scenario },
): RunRecord {
  const { name, title, description, people } = about.scenario;
  return {
    ...about,
    scenario: { name, title, description, people },
    elapsedMs: Math.round(run.time.now()),
    figures: run.figures,
    service: run.watcher.service.figures,
    verdict: run.verdict,
    violations: [...run.violations],
    strikes: [...run.strikes],
    samples: [...run.samples.all],
  };
}

/** Moves per second between the samples. */
export function movesPerSecond(samples: readonly Sample[]): number[] {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index] as Sample;
    const seconds = (sample.at - before.at) / 1_000;
    return seconds > 0 ? (sample.moves - before.moves) / seconds : 0;
  });
}
