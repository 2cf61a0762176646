import { SwitchboardError } from '@shared/errors';
import type { RunRecord } from './record';
import { type KeptRuns, type RunFolder, summaryOf } from './run-folder';
import type { Simulator } from './simulator';

/** Every run that can be looked at: the one under way or the last one, and those that were kept. */
export class Runs {
  constructor(
    private readonly simulator: Simulator,
    private readonly folder: RunFolder,
  ) {}

  /** Newest first; the one under way as it is now. */
  async list(): Promise<KeptRuns & { folder: string }> {
    const { newest } = this.simulator;
    const { runs, faults } = await this.folder.list();
    const others = runs.filter(({ id }) => id !== newest?.id);
    return { runs: newest ? [summaryOf(newest), ...others] : others, faults, folder: this.folder.path };
  }

  /**
   * One run; the newest when no id is given, null when there was none.
   * @throws SwitchboardError `not_found`, `runs_unusable`
   */
  async get(id?: string): Promise<RunRecord | null> {
    const { newest } = this.simulator;
    if (newest !== null && (id === undefined || newest.id === id)) return newest;
    const wanted = id ?? (await this.folder.list()).runs[0]?.id;
    if (wanted === undefined) return null;
    const found = await this.folder.get(wanted);
    if (found) return found;
    throw new SwitchboardError('not_found', `There is no run ${wanted}: it was deleted, or is too long ago.`);
  }

  /** Gives a run up for good. @throws SwitchboardError `conflict` for the one under way, `not_found` */
  async remove(id: string): Promise<void> {
    const forgotten = this.simulator.forget(id);
    if ((await this.folder.remove(id)) || forgotten) return;
    throw new SwitchboardError('not_found', `There is no run ${id}: somebody has deleted it already.`);
  }
}
