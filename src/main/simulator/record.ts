import type { SimulatorRun } from '@shared/contract/simulator-run';
import type { Run } from './run';
import type { Sample } from './samples';
import type { Scenario } from './scenario';

/** Everything that is kept of a run. */
export type RunRecord = SimulatorRun;

/** What a run does not know of itself. */
export type AboutRun = Pick<RunRecord, 'id' | 'seed' | 'deployment' | 'pool' | 'startedAt' | 'text'> & {
  scenario: Scenario;
};

/** Takes down a run as it is now. */
export function recordOf(run: Run, { scenario, ...about }: AboutRun): RunRecord {
  const { name, title, description, people } = scenario;
  const { verdict } = run;
  return {
    ...about,
    scenario: { name, title, description, people },
    elapsedMs: Math.round(run.time.now()),
    figures: run.figures,
    service: run.watcher.service.figures,
    verdict: { ...verdict, targets: [...verdict.targets] },
    violations: run.violations.map((violation) => ({ ...violation, timeline: [...violation.timeline] })),
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
