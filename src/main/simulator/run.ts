import type { Clock } from '../lib/clock';
import { newId, newTag } from '../lib/ids';
import type { Logger } from '../lib/log';
import { Loop } from '../lib/loop';
import { type Random, seededRandom } from '../lib/random';
import { arrivalTimes } from './arrivals';
import { Couples } from './couples';
import { type Doing, Person } from './person';
import { mixSeed } from './plan';
import { personaPicker, type Scenario } from './scenario';
import { Schedule } from './schedule';
import { VirtualClock } from './virtual-clock';
import { type Act, type News, type Outcome, SIMULATED, type Way } from './way';

export interface RunOptions {
  scenario: Scenario;
  seed: number;
  way: Way;
  clock: Clock;
  log: Logger;
}

/** How a run goes. */
export interface RunFigures {
  /** People the scenario wants, and those with a browser open. */
  target: number;
  present: number;
  /** People who ever came. */
  arrived: number;
  /** Moves that were told of. */
  moves: number;
  requests: number;
  /** Requests that came too late or were illegal, as is to be expected. */
  refusals: number;
  /** Requests that found Redis away, and were repeated. */
  repeats: number;
  /** Requests that failed in a way that nobody expects. */
  errors: number;
  /** Requests under way. */
  inFlight: number;
  /** How late the run is with what is due, in ms. */
  lagMs: number;
}

/** What is due for somebody. */
type Due =
  | { kind: 'doing'; person: Person; epoch: number; doing: Doing; transaction?: string }
  | { kind: 'check'; person: Person; epoch: number }
  | { kind: 'heartbeat'; person: Person };

const TICK_MS = 20;
const NEWS_MS = 50;
const REST_MS = 5;
const MAX_IN_FLIGHT = 128;
/** Newcomers per tick, so that a crowd does not stop everything else. */
const MAX_ARRIVALS = 200;
const HEARTBEAT_MS = 10_000;
/** Heartbeats are sent together this often. */
const HEARTBEATS_EVERY_MS = 250;
/** When nothing was heard of a move that was asked for, look what is. */
const CHECK_MS = 10_000;
/** Before asking again when Redis was away, and when nothing else is known. */
const RETRY_MS = 1_000;
/** How long couples are kept apart; the engine's default. */
const COOLDOWN_MS = 30_000;

/**
 * One run of a scenario: people come, ask for things when they are due, and learn of moves from the news as a client
 * would. One queue holds what is due, however many people there are.
 */
export class Run {
  readonly time: VirtualClock;
  private readonly people = new Map<string, Person>();
  private readonly due = new Schedule<Due>();
  private readonly chance: Random;
  private readonly pickPersona: ReturnType<typeof personaPicker>;
  private readonly arrivals: Generator<number>;
  private readonly couples = new Couples(COOLDOWN_MS);
  private readonly loops: Loop[];
  private readonly listeners = new Set<(news: News) => void>();
  private nextArrival: number | null;
  private beats = new Set<string>();
  private beatsSentAt = 0;
  private cursor: string | null = null;
  private paused = false;
  private stopServing: (() => Promise<void>) | null = null;
  private readonly counts = {
    arrived: 0,
    moves: 0,
    requests: 0,
    refusals: 0,
    repeats: 0,
    errors: 0,
    inFlight: 0,
  };
  private lagMs = 0;
  private readonly name: string;

  constructor(private readonly options: RunOptions) {
    const { scenario, seed, clock, log } = options;
    this.time = new VirtualClock(clock);
    this.chance = seededRandom(mixSeed(seed, 0xc0ffee));
    this.pickPersona = personaPicker(scenario.mix);
    this.arrivals = arrivalTimes(scenario.arrivals, scenario.people, seededRandom(mixSeed(seed, 0xa)));
    this.nextArrival = this.takeArrival();
    this.name = newTag();
    const loop = (name: string, everyMs: number, task: () => Promise<void>) =>
      new Loop({ name: `simulator ${name}`, everyMs, restMs: REST_MS, task, clock, log });
    this.loops = [loop('tick', TICK_MS, () => this.tick()), loop('news', NEWS_MS, () => this.readNews())];
  }

  get figures(): RunFigures {
    let present = 0;
    for (const { belief } of this.people.values()) if (belief !== 'out') present += 1;
    return { target: this.options.scenario.people, present, ...this.counts, lagMs: this.lagMs };
  }

  /** Calls back for each move of a simulated person, in order; the returned function ends that. */
  onNews(listener: (news: News) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Begins. @throws SwitchboardError when Redis is away. */
  async start(): Promise<void> {
    const { way } = this.options;
    this.cursor = (await way.news(null)).cursor;
    this.stopServing = way.serve();
    this.time.start();
    for (const loop of this.loops) loop.start();
  }

  /** Nobody does anything until `resume`; heartbeats go on, so that nobody is taken for gone. */
  pause(): void {
    this.paused = true;
    this.time.stop();
  }

  resume(): void {
    this.paused = false;
  }

  /** Ends it and takes every simulated person out. @throws SwitchboardError when Redis is away. */
  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    this.time.stop();
    await this.stopServing?.();
    await this.idle();
    await this.options.way.removeAll(this.couples.all());
  }

  private async idle(): Promise<void> {
    while (this.counts.inFlight > 0)
      await new Promise<void>((resolve) => void this.options.clock.after(TICK_MS, resolve));
  }

  private async tick(): Promise<void> {
    if (!this.options.way.available()) {
      this.time.stop();
      return;
    }
    if (this.paused) this.beatForAll();
    else this.time.start();
    const now = this.time.now();
    this.letPeopleIn(now);
    const nextAt = this.due.nextAt;
    this.lagMs = nextAt === null ? 0 : Math.max(0, now - nextAt);
    while (this.counts.inFlight < MAX_IN_FLIGHT) {
      const item = this.due.take(now);
      if (!item) break;
      this.carryOut(item);
    }
    await this.sendHeartbeats();
  }

  private takeArrival(): number | null {
    const next = this.arrivals.next();
    return next.done ? null : next.value;
  }

  private letPeopleIn(now: number): void {
    const { seed } = this.options;
    for (let number = 0; number < MAX_ARRIVALS; number += 1) {
      if (this.nextArrival === null || this.nextArrival > now) return;
      const index = (this.counts.arrived += 1);
      const persona = this.pickPersona(seededRandom(mixSeed(seed, index, 0xbeef))());
      const person = new Person(`${SIMULATED}${this.name}-${index}`, index, persona, seed, this.isCrowd);
      this.people.set(person.user, person);
      this.put(0, { kind: 'doing', person, epoch: person.epoch, doing: 'return' });
      this.put(this.chance() * HEARTBEAT_MS, { kind: 'heartbeat', person });
      this.nextArrival = this.takeArrival();
    }
  }

  private put(afterMs: number, item: Due): void {
    this.due.put(this.time.now() + afterMs, item);
  }

  private plan(person: Person, atLeastMs = 0): void {
    const next = person.next();
    if (next && (next.doing !== 'return' || this.mayReturn())) {
      const { doing, afterMs } = next;
      this.put(Math.max(atLeastMs, afterMs), { kind: 'doing', person, epoch: person.epoch, doing });
    } else if (person.belief === 'out' && !person.vanished) this.people.delete(person.user);
  }

  /** Whether the same people stay all the time. */
  private get isCrowd(): boolean {
    const { pattern } = this.options.scenario.arrivals;
    return pattern === 'steady' || pattern === 'drain';
  }

  /** Where people come by a rate, others come instead of those who left. */
  private mayReturn(): boolean {
    const { arrivals } = this.options.scenario;
    return (
      arrivals.pattern === 'steady' || (arrivals.pattern === 'drain' && this.time.now() < arrivals.after)
    );
  }

  private carryOut(item: Due): void {
    const { person } = item;
    if (item.kind === 'heartbeat') {
      this.beat(person);
      return;
    }
    if (person.epoch !== item.epoch) return;
    if (item.kind === 'check') {
      void this.guard(person, () => this.check(person));
      return;
    }
    const { doing, transaction } = item;
    if (doing === 'vanish' || doing === 'depart') {
      person.goOut();
      this.plan(person);
    } else if (doing === 'return') {
      person.comeIn();
      this.request(person, 'arrive', transaction);
    } else {
      if (doing === 'hang-up') person.hangUp();
      this.request(person, doing, transaction);
    }
  }

  private request(person: Person, act: Act, transaction?: string): void {
    const { doubleClicks, misbehaves } = person.round;
    if (misbehaves && person.belief === 'IDLE' && act === 'queue')
      void this.guard(person, () => this.ask(person, 'skip', newId()));
    void this.guard(person, () => this.perform(person, act, transaction ?? newId()));
    if (doubleClicks && transaction === undefined && act !== 'arrive')
      void this.guard(person, () => this.ask(person, act, newId()));
  }

  private async ask(person: Person, act: Act, transaction: string): Promise<Outcome> {
    this.counts.requests += 1;
    const { user, partner, room } = person;
    const outcome = await this.options.way.ask({ act, user, partner, room, transaction });
    if (outcome.kind === 'refused') this.counts.refusals += 1;
    if (outcome.kind === 'away') this.counts.repeats += 1;
    return outcome;
  }

  private async perform(person: Person, act: Act, transaction: string): Promise<void> {
    const { epoch } = person;
    const outcome = await this.ask(person, act, transaction);
    // The news was faster: what the person intends now comes from there.
    if (person.epoch !== epoch) return;
    if (outcome.kind === 'done') {
      this.put(CHECK_MS, { kind: 'check', person, epoch });
    } else if (outcome.kind === 'away') {
      const doing = act === 'arrive' ? 'return' : act;
      this.put(RETRY_MS * (0.5 + this.chance()), { kind: 'doing', person, epoch, doing, transaction });
    } else this.settle(person, outcome.state);
  }

  /** Takes over where a person really is. */
  private settle(person: Person, state: News['to'] | undefined): void {
    if (state === null) {
      // The service does not know them any more, with the page still open: they load it again.
      person.comeIn();
      this.put(0, { kind: 'doing', person, epoch: person.epoch, doing: 'return' });
      return;
    }
    if (state !== undefined && state !== person.belief) person.believe(state);
    this.plan(person, RETRY_MS);
  }

  private async check(person: Person): Promise<void> {
    const { epoch } = person;
    const [seen] = await this.options.way.look([person.user]);
    if (person.epoch !== epoch || !seen) return;
    this.settle(person, seen.states.length > 1 ? undefined : (seen.states[0] ?? null));
  }

  private async guard(person: Person, work: () => Promise<unknown>): Promise<void> {
    this.counts.inFlight += 1;
    const { epoch } = person;
    try {
      await work();
    } catch (fault) {
      if (this.options.way.available()) {
        this.counts.errors += 1;
        this.options.log.warn({ user: person.user, err: fault }, 'a simulated request failed');
      }
      if (person.epoch === epoch) this.put(RETRY_MS, { kind: 'check', person, epoch });
    } finally {
      this.counts.inFlight -= 1;
    }
  }

  private beat(person: Person): void {
    if (!this.people.has(person.user)) return;
    if (this.chance() < person.heartbeatShare) this.beats.add(person.user);
    this.put(HEARTBEAT_MS * (0.9 + 0.2 * this.chance()), { kind: 'heartbeat', person });
  }

  /** While the run stands still, browsers stay open. */
  private beatForAll(): void {
    const now = this.options.clock.now();
    if (now - this.beatsSentAt < HEARTBEAT_MS) return;
    for (const { user, belief } of this.people.values()) if (belief !== 'out') this.beats.add(user);
  }

  private async sendHeartbeats(): Promise<void> {
    const now = this.options.clock.now();
    if (this.beats.size === 0 || now - this.beatsSentAt < HEARTBEATS_EVERY_MS) return;
    const users = [...this.beats];
    this.beats = new Set();
    this.beatsSentAt = now;
    await this.options.way.heartbeat(users);
  }

  private async readNews(): Promise<void> {
    const { way } = this.options;
    if (!way.available()) return;
    for (let more = true; more;) {
      const page = await way.news(this.cursor);
      this.cursor = page.cursor;
      for (const news of page.moves) this.learn(news);
      more = page.more;
    }
  }

  private learn(news: News): void {
    this.counts.moves += 1;
    this.couples.learn(news);
    for (const listener of this.listeners) listener(news);
    const person = this.people.get(news.user);
    if (!person) return;
    const wasOut = person.belief === 'out';
    person.learn(news);
    if (!wasOut) this.plan(person);
    else if (!person.vanished && !this.mayReturn()) this.people.delete(person.user);
  }
}
