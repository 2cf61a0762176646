import type { Clock } from '../lib/clock';
import { newId } from '../lib/ids';
import type { Logger } from '../lib/log';
import type { Random } from '../lib/random';
import type { Doing, Person } from './person';
import type { Act, Outcome, Told, Way } from './way';

/** What is due for somebody. */
export type Due =
  | { kind: 'doing'; person: Person; epoch: number; doing: Doing; transaction?: string }
  | { kind: 'check'; person: Person; epoch: number }
  | { kind: 'heartbeat'; person: Person };

/** Who is told what the crowd does. */
export interface Watch {
  /** A request goes out. */
  asked(act: Act, user: string, transaction: string, now: number): void;
  /** Its answer came. */
  answered(tookMs: number, transaction: string, outcome: Outcome): void;
  report(kind: 'illegal-accepted' | 'failure', user: string | null, message: string): void;
}

export interface RequestsOptions {
  way: Way;
  clock: Clock;
  log: Logger;
  chance: Random;
  watch: Watch;
  /** Makes something due after some ms. */
  put: (afterMs: number, item: Due) => void;
  /** Makes due what a person wants next, after some ms at the earliest. */
  plan: (person: Person, atLeastMs: number) => void;
  /** One request less is under way. */
  onFree: () => void;
}

/** When nothing was heard of a move that was asked for, look what is. */
const CHECK_MS = 10_000;
/** Before asking again when Redis was away, and when nothing else is known. */
const RETRY_MS = 1_000;

/**
 * The requests of simulated people, and what they learn from the answers: done (a move is heard of later), refused (they
 * are somewhere else than they believed), or none (they ask again under the same transaction).
 */
export class Requests {
  readonly counts = { requests: 0, refusals: 0, repeats: 0, inFlight: 0 };

  constructor(private readonly options: RequestsOptions) {}

  /** Sends what a person asks for, with the doubled clicks and the nonsense that are this person's nature. */
  send(person: Person, act: Act, transaction?: string): void {
    const { doubleClicks, misbehaves } = person.round;
    if (misbehaves && person.belief === 'IDLE' && act === 'queue')
      void this.guard(person, () => this.misbehave(person));
    void this.guard(person, () => this.perform(person, act, transaction ?? newId()));
    if (doubleClicks && transaction === undefined && act !== 'arrive')
      void this.guard(person, () => this.ask(person, act, newId()));
  }

  /** Looks where a person really is, who has heard nothing for long. */
  check(person: Person): void {
    void this.guard(person, async () => {
      const { epoch } = person;
      const [seen] = await this.options.way.look([person.user]);
      if (person.epoch !== epoch || !seen) return;
      this.settle(person, seen.states.length > 1 ? undefined : (seen.states[0] ?? null));
    });
  }

  private async ask(person: Person, act: Act, transaction: string): Promise<Outcome> {
    const { way, watch, clock } = this.options;
    const { user, partner, room } = person;
    this.counts.requests += 1;
    const began = clock.now();
    watch.asked(act, user, transaction, began);
    const outcome = await way.ask({ act, user, partner, room, transaction });
    watch.answered(clock.now() - began, transaction, outcome);
    if (outcome.kind === 'refused') this.counts.refusals += 1;
    if (outcome.kind === 'away') this.counts.repeats += 1;
    return outcome;
  }

  /** Fails a connection without having one; nobody else moves an idle person, so it can only be refused. */
  private async misbehave(person: Person): Promise<void> {
    const outcome = await this.ask(person, 'fail', newId());
    if (outcome.kind === 'done')
      this.options.watch.report(
        'illegal-accepted',
        person.user,
        `${person.user} failed a connection that never was.`,
      );
  }

  private async perform(person: Person, act: Act, transaction: string): Promise<void> {
    const { put, chance } = this.options;
    const { epoch } = person;
    const outcome = await this.ask(person, act, transaction);
    // The news was faster: what the person intends now comes from there.
    if (person.epoch !== epoch) return;
    if (outcome.kind === 'done') {
      put(CHECK_MS, { kind: 'check', person, epoch });
    } else if (outcome.kind === 'away') {
      const doing = act === 'arrive' ? 'return' : act;
      put(RETRY_MS * (0.5 + chance()), { kind: 'doing', person, epoch, doing, transaction });
    } else this.settle(person, outcome.state);
  }

  /** Takes over where a person really is. */
  private settle(person: Person, state: Told['to'] | undefined): void {
    const { put, plan, chance } = this.options;
    if (state === null) {
      // The service does not know them any more, with the page still open: they load it again, in a moment.
      person.comeIn();
      put(RETRY_MS * chance(), { kind: 'doing', person, epoch: person.epoch, doing: 'return' });
      return;
    }
    if (state !== undefined && state !== person.belief) person.believe(state);
    plan(person, RETRY_MS);
  }

  private async guard(person: Person, work: () => Promise<unknown>): Promise<void> {
    const { way, watch, log, put, onFree } = this.options;
    const { epoch } = person;
    this.counts.inFlight += 1;
    try {
      await work();
    } catch (fault) {
      if (way.available()) {
        log.warn({ user: person.user, err: fault }, 'a simulated request failed');
        watch.report('failure', person.user, fault instanceof Error ? fault.message : 'a request failed');
      }
      if (person.epoch === epoch) put(RETRY_MS, { kind: 'check', person, epoch });
    } finally {
      this.counts.inFlight -= 1;
      onFree();
    }
  }
}
