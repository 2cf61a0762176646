import type { Clock } from '../lib/clock';
import { newTag } from '../lib/ids';
import type { Logger } from '../lib/log';
import { type Random, seededRandom } from '../lib/random';
import { arrivalTimes } from './arrivals';
import { Person } from './person';
import { mixSeed } from './plan';
import { type Due, Requests, type Watch } from './requests';
import { personaPicker, type Scenario } from './scenario';
import { Schedule } from './schedule';
import type { VirtualClock } from './virtual-clock';
import { SIMULATED, type Told, type Way } from './way';

export interface CrowdOptions {
  scenario: Scenario;
  seed: number;
  way: Way;
  time: VirtualClock;
  clock: Clock;
  log: Logger;
  watch: Watch;
}

const MAX_IN_FLIGHT = 128;
/** Newcomers at once, so that a flood does not stop everything else. */
const MAX_ARRIVALS = 200;
const HEARTBEAT_MS = 10_000;

/**
 * All simulated people and what is due for them: they ask for things when it is time, and learn of moves as a client
 * would. One queue holds what is due, however many people there are.
 */
export class Crowd {
  /** How late the crowd is with what is due, in ms. */
  lagMs = 0;
  private readonly people = new Map<string, Person>();
  private readonly due = new Schedule<Due>((item) => this.isDue(item));
  private readonly requests: Requests;
  private arrived = 0;
  private readonly chance: Random;
  private readonly pickPersona: ReturnType<typeof personaPicker>;
  private readonly arrivals: Generator<number>;
  private readonly name = newTag();
  private readonly staying: boolean;
  private nextArrival: number | null;
  private beats = new Set<string>();
  private readonly frozenUntil = new Map<string, number>();
  private factor = 1;
  private resting = false;
  private readonly loadChance: Random;

  constructor(private readonly options: CrowdOptions) {
    const { scenario, seed, way, clock, log, watch } = options;
    this.chance = seededRandom(mixSeed(seed, 0xc0ffee));
    this.requests = new Requests({
      ...{ way, clock, log, watch, chance: this.chance },
      put: (afterMs, item) => this.put(afterMs, item),
      plan: (person, atLeastMs) => this.plan(person, atLeastMs),
      // Whoever is late already does not wait for the next tick too.
      onFree: () => this.carryOutDue(options.time.now()),
    });
    this.loadChance = seededRandom(mixSeed(seed, 0x10ad));
    this.pickPersona = personaPicker(scenario.mix);
    this.arrivals = arrivalTimes(scenario.arrivals, scenario.people, seededRandom(mixSeed(seed, 0xa)));
    this.staying = scenario.arrivals.pattern === 'steady' || scenario.arrivals.pattern === 'drain';
    this.nextArrival = this.takeArrival();
  }

  /** How many came so far, and what became of their requests. */
  get counts(): { arrived: number } & Requests['counts'] {
    return { arrived: this.arrived, ...this.requests.counts };
  }

  /** People with a browser open. */
  get present(): Person[] {
    return [...this.people.values()].filter(({ belief }) => belief !== 'out');
  }

  /** How many times the load of the scenario. */
  get load(): number {
    return this.factor;
  }

  /** How many people the scenario and the load want. */
  get target(): number {
    return Math.round(this.options.scenario.people * this.factor);
  }

  /**
   * Changes the load from now on. Where people stay, more come at once, or some leave as soon as they are done with
   * what they are at; where they come by a rate, so many times as many come.
   */
  setLoad(factor: number): void {
    this.factor = factor;
    if (!this.staying) return;
    const staying = [...this.people.values()].filter(({ retired }) => !retired);
    for (const person of staying.slice(this.target)) {
      const { epoch } = person;
      person.retire();
      if (person.epoch !== epoch) this.plan(person);
    }
    const due = this.nextArrival === null ? 0 : this.options.scenario.people - this.arrived;
    const missing = this.target - staying.length - due;
    for (let number = 0; number < missing; number += 1) this.letIn();
  }

  /** Lets everything happen that is due by now, as far as requests may be under way at once. */
  advance(now: number): void {
    this.letPeopleIn(now);
    const nextAt = this.due.nextAt();
    this.lagMs = nextAt === null ? 0 : Math.max(0, now - nextAt);
    this.carryOutDue(now);
  }

  /** Nothing more is begun. */
  rest(): void {
    this.resting = true;
  }

  /** Somebody's move. */
  learn(told: Told): void {
    const person = this.people.get(told.user);
    if (!person) return;
    const wasOut = person.belief === 'out';
    person.learn(told);
    if (!wasOut) this.plan(person);
    else if (this.isGone(person)) this.forget(person);
  }

  /** The heartbeats that fell due since the last call. */
  takeHeartbeats(): string[] {
    const beats = [...this.beats];
    this.beats.clear();
    return beats;
  }

  /** So many of those present, chosen by chance. */
  some(share: number): Person[] {
    const present = this.present;
    const wanted = Math.round(share * present.length);
    for (let index = 0; index < wanted; index += 1) {
      const other = index + Math.floor(this.chance() * (present.length - index));
      [present[index], present[other]] = [present[other] as Person, present[index] as Person];
    }
    return present.slice(0, wanted);
  }

  /** Somebody closes the browser without a word. */
  kill(person: Person): void {
    person.goOut();
    this.options.way.pages?.close(person.user);
    this.plan(person);
  }

  /** Somebody's heartbeats do not come through for a while. */
  freeze(person: Person, untilMs: number): void {
    this.frozenUntil.set(person.user, untilMs);
  }

  private carryOutDue(now: number): void {
    while (!this.resting && this.requests.counts.inFlight < MAX_IN_FLIGHT) {
      const item = this.due.take(now);
      if (!item) return;
      this.carryOut(item);
    }
  }

  private takeArrival(): number | null {
    const next = this.arrivals.next();
    return next.done ? null : next.value;
  }

  private letPeopleIn(now: number): void {
    for (let number = 0; number < MAX_ARRIVALS; number += 1) {
      if (this.nextArrival === null || this.nextArrival > now) return;
      for (let times = this.timesNow(); times > 0; times -= 1) this.letIn();
      this.nextArrival = this.takeArrival();
    }
  }

  /** How many come where the plan lets one come: the load, and its fraction by chance. */
  private timesNow(): number {
    if (this.staying) return this.people.size < this.target ? 1 : 0;
    if (this.factor === 1) return 1;
    return Math.floor(this.factor + this.loadChance());
  }

  private letIn(): void {
    const { seed } = this.options;
    const index = (this.arrived += 1);
    const persona = this.pickPersona(seededRandom(mixSeed(seed, index, 0xbeef))());
    const person = new Person(`${SIMULATED}${this.name}-${index}`, index, persona, seed, this.staying);
    this.people.set(person.user, person);
    this.put(0, { kind: 'doing', person, epoch: person.epoch, doing: 'return' });
    this.put(this.chance() * HEARTBEAT_MS, { kind: 'heartbeat', person });
  }

  private put(afterMs: number, item: Due): void {
    this.due.put(this.options.time.now() + afterMs, item);
  }

  private plan(person: Person, atLeastMs = 0): void {
    const next = person.next();
    if (next && (next.doing !== 'return' || this.mayReturn(person, next.afterMs))) {
      const { doing, afterMs } = next;
      this.put(Math.max(atLeastMs, afterMs), { kind: 'doing', person, epoch: person.epoch, doing });
    } else if (this.isGone(person)) this.forget(person);
  }

  /** Whether somebody is away for good, and the service knows. */
  private isGone(person: Person): boolean {
    const next = person.next();
    return (
      person.belief === 'out' && !person.vanished && (next === null || !this.mayReturn(person, next.afterMs))
    );
  }

  /** Somebody is done with for good; where a number of people is to stay, another one comes for who never returns. */
  private forget(person: Person): void {
    this.people.delete(person.user);
    this.frozenUntil.delete(person.user);
    if (!this.resting && !person.round.returns && this.mayReturn(person)) this.letIn();
  }

  /** Whether there is to be anybody in somebody's place then. Where people come by a rate, others come anyway. */
  private mayReturn({ retired }: Person, afterMs = 0): boolean {
    const { arrivals } = this.options.scenario;
    const at = this.options.time.now() + afterMs;
    return !retired && this.staying && (arrivals.pattern !== 'drain' || at < arrivals.after);
  }

  /** Whether it is still to happen: nothing came in between, and the person is still there. */
  private isDue(item: Due): boolean {
    const { person } = item;
    return item.kind === 'heartbeat' ? this.people.has(person.user) : person.epoch === item.epoch;
  }

  private carryOut(item: Due): void {
    const { person } = item;
    if (item.kind === 'heartbeat') {
      this.beat(person);
      return;
    }
    if (!this.isDue(item)) return;
    if (item.kind === 'check') {
      this.requests.check(person);
      return;
    }
    const { doing, transaction } = item;
    if (doing === 'return' && person.retired) this.forget(person);
    else if (doing === 'vanish' || doing === 'depart') {
      this.kill(person);
    } else if (doing === 'return') {
      person.comeIn();
      this.requests.send(person, 'arrive', transaction);
    } else {
      if (doing === 'hang-up') person.hangUp();
      this.requests.send(person, doing, transaction);
    }
  }

  private beat(person: Person): void {
    const { user } = person;
    if (!this.people.has(user)) return;
    const frozen = (this.frozenUntil.get(user) ?? 0) > this.options.time.now();
    if (!frozen) {
      this.frozenUntil.delete(user);
      if (this.chance() < person.heartbeatShare) this.beats.add(user);
    }
    this.put(HEARTBEAT_MS * (0.9 + 0.2 * this.chance()), { kind: 'heartbeat', person });
  }
}
