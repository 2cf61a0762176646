import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import { Loop } from '../lib/loop';
import { type Random, seededRandom } from '../lib/random';
import { Couples } from './couples';
import { Crowd } from './crowd';
import { type Disturbance, disturbedWay } from './disturbance';
import { Hand } from './hand';
import { type Host, strike, type Strike, warningsOf } from './strike';
import { mixSeed } from './plan';
import type { Fault } from './fault';
import type { Scenario } from './scenario';
import { Schedule } from './schedule';
import { type Sample, Samples } from './samples';
import { VirtualClock } from './virtual-clock';
import { type Verdict, Watcher } from './watch/watcher';
import type { Violation } from './watch/violation';
import type { Told, Way } from './way';

export interface RunOptions {
  scenario: Scenario;
  seed: number;
  way: Way;
  clock: Clock;
  log: Logger;
  /** How long the service keeps couples apart, in ms. */
  cooldownMs: number;
  /** What can be broken beside the people; nothing when missing. */
  host?: Host;
}

/** How a run goes. */
export interface RunFigures {
  /** People the scenario wants, and those with a browser open. */
  target: number;
  present: number;
  /** People who ever came. */
  arrived: number;
  /** Moves of simulated people that were told of. */
  moves: number;
  requests: number;
  /** Requests that came too late or were illegal, as is to be expected. */
  refusals: number;
  /** Requests that found Redis away, or whose answer was lost, and were repeated. */
  repeats: number;
  /** Requests under way. */
  inFlight: number;
  /** How late the run is with what is due, in ms. */
  lagMs: number;
  /** Promises found broken. */
  violations: number;
}

const TICK_MS = 20;
const NEWS_MS = 50;
const LOOK_MS = 1_000;
const REST_MS = 5;
/** Heartbeats are sent together this often. */
const HEARTBEATS_EVERY_MS = 250;
/** While a run stands still, browsers stay open and beat this often. */
const STANDING_BEAT_MS = 10_000;

/** One run of a scenario: a crowd, what happens to it, and the watch over the promises. */
export class Run {
  readonly time: VirtualClock;
  readonly watcher: Watcher;
  readonly samples = new Samples();
  /** The faults that struck. */
  readonly strikes: Strike[] = [];
  private readonly crowd: Crowd;
  /** The person whom somebody drives by hand. */
  readonly hand: Hand;
  private readonly faults = new Schedule<Fault>();
  private readonly couples: Couples;
  private readonly disturbance: Disturbance = { delay: null, drop: null };
  private readonly loops: Loop[];
  private readonly chance: Random;
  private cursor = '0-0';
  private moves = 0;
  private paused = false;
  private beatsSentAt = 0;
  private stopServing: () => Promise<void> = () => Promise.resolve();
  private stopTelling: () => void = () => undefined;
  private cpu = process.cpuUsage();

  constructor(private readonly options: RunOptions) {
    const { scenario, seed, way, clock, log, cooldownMs } = options;
    this.time = new VirtualClock(clock);
    this.couples = new Couples(cooldownMs);
    this.chance = seededRandom(mixSeed(seed, 0xfa));
    const elapsed = () => this.time.now();
    this.watcher = new Watcher({ scenario, way, cooldownMs, elapsed, chance: this.chance });
    const disturbed = disturbedWay(way, this.disturbance, { clock, chance: this.chance, elapsed });
    this.crowd = new Crowd({
      ...{ scenario, seed, clock, log },
      way: disturbed,
      time: this.time,
      watch: this.watcher,
    });
    this.hand = new Hand({ way: disturbed, clock, elapsed });
    for (const fault of scenario.faults) this.faults.put(fault.at, fault);
    const loop = (name: string, everyMs: number, task: () => Promise<void>) =>
      new Loop({ name: `simulator ${name}`, everyMs, restMs: REST_MS, task, clock, log });
    this.loops = [
      loop('tick', TICK_MS, () => this.tick()),
      loop('news', NEWS_MS, () => this.readNews()),
      loop('watch', LOOK_MS, () => this.look()),
    ];
  }

  get figures(): RunFigures {
    const { crowd, watcher, moves } = this;
    const broken = Object.values(watcher.verdict().broken);
    return {
      target: crowd.target,
      present: crowd.present.length,
      moves,
      ...crowd.counts,
      lagMs: Math.round(crowd.lagMs),
      violations: broken.reduce((sum, count) => sum + count, 0),
    };
  }

  /** How many times the load of the scenario. */
  get load(): number {
    return this.crowd.load;
  }

  /** Changes the load from now on. @param factor times the scenario's own, 0 or more */
  setLoad(factor: number): void {
    this.crowd.setLoad(factor);
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** What was found broken, with evidence. */
  get violations(): readonly Violation[] {
    return this.watcher.violations;
  }

  get verdict(): Verdict & { warnings: string[] } {
    const { host = {}, way, scenario } = this.options;
    const warnings = warningsOf(scenario.faults, this.strikes, { host, way });
    return { ...this.watcher.verdict(), warnings };
  }

  /** Whether the scenario has an end, and it has come. */
  get isOver(): boolean {
    const { duration } = this.options.scenario;
    return duration !== undefined && this.time.now() >= duration;
  }

  /** Begins. @throws SwitchboardError when Redis is away. */
  async start(): Promise<void> {
    this.cursor = await this.watcher.start();
    const { pages } = this.options.way;
    if (pages) this.stopTelling = pages.onTold((told) => this.tell(told));
    this.serve();
    this.time.start();
    for (const loop of this.loops) loop.start();
  }

  /** Nobody does anything until `resume`; browsers stay open. */
  pause(): void {
    this.paused = true;
    this.time.stop();
  }

  resume(): void {
    this.paused = false;
  }

  /** Lets a fault strike now. */
  strike(fault: Fault): Strike {
    const { host = {}, way, log } = this.options;
    const done = strike(fault, {
      ...{ crowd: this.crowd, disturbance: this.disturbance, host, way, chance: this.chance, log },
      now: this.time.now(),
      restartWorkers: (afterMs) => this.restartWorkers(afterMs),
      killServer: (startServer, afterMs) => this.killServer(startServer, afterMs),
      lookForSplits: () => this.watcher.lookForSplits(),
    });
    this.strikes.push(done);
    return done;
  }

  /** Ends it, and takes every simulated person out. @throws SwitchboardError when Redis is away. */
  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    this.crowd.rest();
    this.time.stop();
    await this.stopServing();
    this.stopTelling();
    this.options.way.pages?.closeAll();
    while (this.crowd.counts.inFlight > 0) await this.wait(TICK_MS);
    // Who parted since the last look is kept apart too, and that is to be forgotten with them.
    await this.readNews();
    await this.options.way.removeAll(this.couples.all());
  }

  private get isRunning(): boolean {
    return this.loops.some((loop) => loop.running);
  }

  private serve(): void {
    const { way, scenario } = this.options;
    if (way.serve) this.stopServing = way.serve(scenario.matchers);
  }

  /** Matching and sweeping stop, and begin again after a while. */
  private async restartWorkers(afterMs: number): Promise<void> {
    const stop = this.stopServing;
    this.stopServing = () => Promise.resolve();
    await stop();
    this.options.clock.after(afterMs, () => {
      if (this.isRunning) this.serve();
    });
  }

  /** A server process takes the work over from this one, and loses its life in the middle of it. */
  private async killServer(startServer: NonNullable<Host['startServer']>, afterMs: number): Promise<void> {
    const server = await startServer(this.options.way.pool);
    if (!this.isRunning) return server.kill();
    const stop = this.stopServing;
    this.stopServing = () => server.kill();
    await stop();
    this.options.clock.after(afterMs, () => {
      void server.kill().then(() => {
        if (this.isRunning) this.serve();
      });
    });
  }

  private async tick(): Promise<void> {
    if (!this.options.way.available()) {
      this.time.stop();
      return;
    }
    if (!this.paused) this.time.start();
    const now = this.time.now();
    for (let fault = this.faults.take(now); fault; fault = this.faults.take(now)) {
      this.strike(fault);
      if (fault.every !== undefined) this.faults.put(now + fault.every, fault);
    }
    this.crowd.advance(now);
    await this.sendHeartbeats();
  }

  private async sendHeartbeats(): Promise<void> {
    const now = this.options.clock.now();
    if (now - this.beatsSentAt < (this.paused ? STANDING_BEAT_MS : HEARTBEATS_EVERY_MS)) return;
    this.beatsSentAt = now;
    const due = this.crowd.takeHeartbeats();
    const users = this.paused ? this.crowd.present.map(({ user }) => user) : due;
    users.push(...this.hand.takeHeartbeat());
    if (users.length > 0) await this.options.way.heartbeat(users);
  }

  private async readNews(): Promise<void> {
    const { way, clock } = this.options;
    if (!way.available()) return;
    for (let more = true; more;) {
      const page = await way.news(this.cursor);
      if (page.lost) {
        // Whoever asked for something meanwhile looks for themselves where they are.
        this.cursor = await this.watcher.restart();
        return;
      }
      this.cursor = page.cursor;
      more = page.more;
      for (const news of page.moves) {
        this.moves += 1;
        this.couples.learn(news);
        this.watcher.learn(news, clock.now());
        if (!way.pages) this.tell(news);
      }
    }
  }

  private tell(told: Told): void {
    this.crowd.learn(told);
    this.hand.learn(told);
  }

  private async look(): Promise<void> {
    if (!this.options.way.available()) return;
    const snapshot = await this.watcher.look();
    this.samples.add(this.sample(snapshot.counts));
  }

  private sample(counts: Sample['counts']): Sample {
    const used = process.cpuUsage(this.cpu);
    this.cpu = process.cpuUsage();
    const { present, moves, inFlight, lagMs, violations } = this.figures;
    return {
      at: Math.round(this.time.now()),
      counts,
      ...{ present, moves, inFlight, lagMs, violations },
      memoryBytes: process.memoryUsage.rss(),
      cpuShare: (used.user + used.system) / 1_000 / LOOK_MS,
    };
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.options.clock.after(ms, resolve));
  }
}
