import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { simulatorRun, type SimulatorRunSummary } from '@shared/contract/simulator-run';
import { SwitchboardError } from '@shared/errors';
import type { Logger } from '../lib/log';
import type { RunRecord } from './record';

/** What the folder holds, as far as it can be read. */
export interface KeptRuns {
  /** Newest first. */
  runs: SimulatorRunSummary[];
  /** What is wrong in the folder; the rest of it counts all the same. */
  faults: string[];
}

/** Runs kept; the oldest are given up for newer ones. */
const MAX_RUNS = 100;
/** When a run began, by this machine's clock, and its id. */
const NAME = /^(\d{13})-([\w-]{1,64})\.json$/;
/** Only its owner has to read it. */
const MODE = 0o600;
const FORMAT = 1;

const fileContent = z.object({ format: z.literal(FORMAT), run: simulatorRun });

/**
 * The runs of the simulator, each in a file of its own, so that history outlives the console. The folder is looked at
 * anew each time: other consoles of the same person write there too, and files may be taken away by hand. What cannot
 * be understood is told and left alone.
 */
export class RunFolder {
  /** What was read of each file; files never change. */
  private readonly known = new Map<string, SimulatorRunSummary | string>();

  constructor(
    readonly path: string,
    private readonly log: Logger,
  ) {}

  /** Keeps a run. A folder that cannot be written is logged: the run is over all the same. */
  async keep(run: RunRecord): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true });
      const text = JSON.stringify({ format: FORMAT, run } satisfies z.input<typeof fileContent>);
      // Whole or not at all: a power cut must not leave half a file.
      await writeFileAtomic(join(this.path, `${run.startedAt}-${run.id}.json`), text, { mode: MODE });
      for (const name of (await this.names()).slice(MAX_RUNS)) await this.delete(name);
    } catch (fault) {
      this.log.warn({ err: fault, folder: this.path }, 'the run was not kept');
    }
  }

  /** What is kept, without the course of each run. Never throws: faults are part of the answer. */
  async list(): Promise<KeptRuns> {
    const runs: SimulatorRunSummary[] = [];
    const faults: string[] = [];
    try {
      const names = await this.names();
      for (const name of this.known.keys()) if (!names.includes(name)) this.known.delete(name);
      for (const name of names) {
        const found = this.known.get(name) ?? (await this.look(name));
        if (typeof found === 'string') faults.push(found);
        else runs.push(found);
      }
    } catch (fault) {
      faults.push(`The folder ${this.path} cannot be read (${codeOf(fault)}).`);
    }
    return { runs, faults };
  }

  /** A run with everything; null when it is not kept. @throws SwitchboardError `runs_unusable` when it cannot be read */
  async get(id: string): Promise<RunRecord | null> {
    const name = await this.nameOf(id);
    if (name === undefined) return null;
    try {
      return await this.read(name);
    } catch (fault) {
      throw new SwitchboardError('runs_unusable', this.unusable(name, fault), {
        file: join(this.path, name),
      });
    }
  }

  /** Gives a run up. @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    const name = await this.nameOf(id);
    if (name !== undefined) await this.delete(name);
    return name !== undefined;
  }

  /** The files of runs, newest first. Whatever else is in the folder is not looked at. */
  private async names(): Promise<string[]> {
    try {
      const all = await readdir(this.path);
      return all.filter((name) => NAME.test(name)).sort((a, b) => (a < b ? 1 : -1));
    } catch (fault) {
      if (codeOf(fault) === 'ENOENT') return [];
      throw fault;
    }
  }

  private async nameOf(id: string): Promise<string | undefined> {
    return (await this.names()).find((name) => NAME.exec(name)?.[2] === id);
  }

  private async look(name: string): Promise<SimulatorRunSummary | string> {
    const found = await this.read(name).then(summaryOf, (fault: unknown) => this.unusable(name, fault));
    this.known.set(name, found);
    return found;
  }

  private async read(name: string): Promise<RunRecord> {
    const parsed = fileContent.safeParse(JSON.parse(await readFile(join(this.path, name), 'utf8')));
    if (parsed.success) return parsed.data.run;
    const [issue] = parsed.error.issues;
    throw new SyntaxError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not a run'}`);
  }

  private async delete(name: string): Promise<void> {
    this.known.delete(name);
    await rm(join(this.path, name), { force: true });
  }

  private unusable(name: string, fault: unknown): string {
    const why = fault instanceof SyntaxError ? fault.message : codeOf(fault);
    return `${join(this.path, name)} is not shown: it is not a run that this version can read (${why}). Move it away, or delete it.`;
  }
}

/** A run in a line of a table. */
export function summaryOf(run: RunRecord): SimulatorRunSummary {
  const { id, scenario, seed, deployment, pool, startedAt, elapsedMs, verdict, figures } = run;
  const { passed, summary } = verdict;
  return {
    ...{ id, scenario, seed, deployment, pool, startedAt, elapsedMs, passed, summary },
    moves: figures.moves,
  };
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault);
}
