import type { SimulatorStatus } from '@shared/contract/simulator';
import { SwitchboardError } from '@shared/errors';
import type { Unsubscribe } from '@shared/transport';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import { newId } from '../lib/ids';
import { scenarioText } from './library';
import { allowedPool, demandRoom, type Place, whyNever } from './place';
import { recordOf, type RunRecord } from './record';
import { Run } from './run';
import type { RunFolder } from './run-folder';
import type { Scenario } from './scenario';
import { parseScenario } from './scenario-file';
import type { Host } from './strike';
import type { Way } from './way';

export interface SimulatorOptions {
  /** How people reach the service in a pool. */
  way: (pool: string) => Way;
  /** How long the service keeps couples apart, in ms. */
  cooldownMs: number;
  place: Place;
  /** The pool of the console, for the sandbox. */
  pool: string;
  clock: Clock;
  log: Logger;
  /** What can be broken beside the people; nothing when missing. */
  host?: Host | undefined;
  /** Where runs are kept when they are over; only the last one is remembered when missing. */
  folder?: RunFolder | undefined;
  /** A fresh seed for a run that asks for none. */
  newSeed?: () => number;
}

/** What may be said of a run. */
export interface StartRequest {
  /** The name of a ready one. */
  scenario: string;
  /** The text of a scenario instead of a ready one. */
  text?: string | undefined;
  users?: number | undefined;
  pool?: string | undefined;
  seed?: number | undefined;
  /** In ms; as the scenario says when missing. */
  durationMs?: number | undefined;
  /** Whether the run is kept when it is over; it is unless said otherwise. */
  keep?: boolean | undefined;
}

interface Running {
  id: string;
  run: Run;
  way: Way;
  scenario: Scenario;
  text: string;
  seed: number;
  since: number;
  keep: boolean;
}

const OFF = {
  ...{ scenario: null, pool: null, since: null, target: 0, present: 0, moves: 0, seed: null },
  ...{ paused: false, speed: 1, load: 1, elapsedMs: 0, violations: 0 },
} as const;

/** A run that has come to its end is noticed this soon. */
const END_CHECK_MS = 500;

/**
 * Runs one scenario at a time and keeps it where it may be: in the sandbox, or in a pool of its own on a Redis that
 * somebody named; never on production.
 */
export class Simulator {
  private running: Running | null = null;
  private phase: SimulatorStatus['status'] = 'off';
  private readonly listeners = new Set<(status: SimulatorStatus) => void>();
  /** The last run that is over. */
  private last: RunRecord | null = null;
  /** Starts and stops wait for each other. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SimulatorOptions) {}

  getStatus(): SimulatorStatus {
    const { running, phase } = this;
    if (!running)
      return { ...OFF, status: phase, run: this.last?.id ?? null, refused: whyNever(this.options.place) };
    const { id, scenario, way, since, seed, run } = running;
    const { target, present, moves, violations } = run.figures;
    return {
      status: phase,
      run: id,
      scenario: scenario.name,
      pool: way.pool,
      since,
      ...{ target, present, moves, seed, violations },
      paused: run.isPaused,
      speed: run.time.speed,
      load: run.load,
      elapsedMs: Math.round(run.time.now()),
      refused: null,
    };
  }

  /** Calls back at each change of the phase; the returned function ends that. */
  onStatus(listener: (status: SimulatorStatus) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The run under way, to watch it. */
  get run(): Run | null {
    return this.running?.run ?? null;
  }

  /** The run under way. @throws SwitchboardError `conflict` when nothing runs. */
  requireRun(): Run {
    if (this.running) return this.running.run;
    throw new SwitchboardError('conflict', 'No scenario is running: start one first.');
  }

  /** The run under way, as it is now, or the last one; null when there was none. */
  get newest(): RunRecord | null {
    return this.running ? this.takeDown(this.running) : this.last;
  }

  /** Forgets the last run, if it is this one. @throws SwitchboardError `conflict` while it is under way */
  forget(id: string): boolean {
    if (this.running?.id === id)
      throw new SwitchboardError('conflict', 'This run is under way: stop it before you delete it.');
    const isLast = this.last?.id === id;
    if (isLast) {
      this.last = null;
      this.tell();
    }
    return isLast;
  }

  /** Lets people stand still, or go on. @throws SwitchboardError `conflict` when nothing runs. */
  pause(paused: boolean): SimulatorStatus {
    const run = this.requireRun();
    if (paused) run.pause();
    else run.resume();
    this.tell();
    return this.getStatus();
  }

  /** Changes how fast the time of the run goes. @throws SwitchboardError `conflict` when nothing runs. */
  setSpeed(speed: number): SimulatorStatus {
    this.requireRun().time.setSpeed(speed);
    this.tell();
    return this.getStatus();
  }

  /** Changes the load of the run. @throws SwitchboardError `conflict` when nothing runs, `bad_input` for too many people */
  setLoad(factor: number): SimulatorStatus {
    const run = this.requireRun();
    demandRoom(this.options.place, Math.round((run.figures.target / run.load) * factor));
    run.setLoad(factor);
    this.tell();
    return this.getStatus();
  }

  /**
   * Takes every simulated person out of a pool, whoever let them in, also when that run was killed.
   * @returns how many were taken out
   * @throws SwitchboardError `conflict` while a scenario runs there, `simulation_refused` where nothing may be changed
   */
  clear(pool = this.options.pool): Promise<number> {
    return this.inTurn(async () => {
      if (this.running?.way.pool === pool)
        throw new SwitchboardError('conflict', 'A scenario is running: stop it, which takes its people out.');
      const never = whyNever(this.options.place);
      if (never !== null) throw new SwitchboardError('simulation_refused', never);
      return this.options.way(pool).removeAll([]);
    });
  }

  /**
   * Starts a scenario.
   * @throws SwitchboardError `conflict` while one runs, `simulation_refused` where it may not run, `not_found`.
   */
  start(request: StartRequest): Promise<SimulatorStatus> {
    return this.inTurn(async () => {
      if (this.running)
        throw new SwitchboardError(
          'conflict',
          `The scenario "${this.running.scenario.name}" is running: stop it first.`,
        );
      const { place } = this.options;
      const pool = allowedPool(place, request.pool, this.options.pool);
      const text = request.text ?? scenarioText(request.scenario);
      const scenario = fitted(parseScenario(text), request, place);
      const way = this.options.way(pool);
      await this.clearGround(way);
      const { clock, log, host, cooldownMs, newSeed = freshSeed } = this.options;
      const seed = request.seed ?? newSeed();
      const run = new Run({ scenario, seed, way, clock, log, cooldownMs, ...(host ? { host } : {}) });
      await run.start();
      const { keep = true } = request;
      this.running = { id: newId(), run, way, scenario, text, seed, since: clock.now(), keep };
      this.enter('running');
      this.awaitEnd(this.running);
      log.info({ scenario: scenario.name, pool, seed, people: scenario.people }, 'simulation started');
      return this.getStatus();
    });
  }

  /** Stops the scenario and takes every simulated person out. Harmless when nothing runs. */
  stop(): Promise<SimulatorStatus> {
    return this.inTurn(async () => {
      const { running } = this;
      if (!running) return this.getStatus();
      this.enter('stopping');
      this.last = this.takeDown(running);
      try {
        if (running.keep) await this.options.folder?.keep(this.last);
        await running.run.stop();
      } finally {
        this.running = null;
        this.enter('off');
        this.options.log.info({ scenario: running.scenario.name }, 'simulation stopped');
      }
      return this.getStatus();
    });
  }

  /** Takes out what a run that was killed left, and looks who else is there. */
  private async clearGround(way: Way): Promise<void> {
    await way.removeAll([]);
    if (this.options.place.embeddedMaxUsers !== null) return;
    const foreigner = await way.foreigner();
    if (foreigner === null) return;
    throw new SwitchboardError(
      'simulation_refused',
      `The pool "${way.pool}" holds people who are not simulated, for example ${foreigner}. Name an empty pool.`,
      { pool: way.pool, user: foreigner },
    );
  }

  private takeDown({ id, run, way, scenario, text, seed, since }: Running): RunRecord {
    const { name: deployment } = this.options.place;
    return recordOf(run, { id, scenario, text, seed, deployment, pool: way.pool, startedAt: since });
  }

  /** Stops a run when its time is over. */
  private awaitEnd(running: Running): void {
    this.options.clock.after(END_CHECK_MS, () => {
      if (this.running !== running) return;
      if (!running.run.isOver) {
        this.awaitEnd(running);
        return;
      }
      this.stop().catch((fault: unknown) =>
        this.options.log.error({ err: fault }, 'a simulation did not end cleanly'),
      );
    });
  }

  private enter(phase: SimulatorStatus['status']): void {
    this.phase = phase;
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener(this.getStatus());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.turn.then(work);
    this.turn = next.catch(() => undefined);
    return next;
  }
}

/** A scenario as it was asked for, with no more people than the store can carry. */
function fitted(scenario: Scenario, { users, durationMs }: StartRequest, place: Place): Scenario {
  if (users !== undefined) demandRoom(place, users);
  const people = Math.min(users ?? scenario.people, place.embeddedMaxUsers ?? Number.POSITIVE_INFINITY);
  return { ...scenario, people, ...(durationMs === undefined ? {} : { duration: durationMs }) };
}

function freshSeed(): number {
  return Math.floor(Math.random() * 0x1_0000_0000);
}
