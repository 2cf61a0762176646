import type { State } from '@shared/states';
import type { Persona } from './persona';
import { planRound, type Round } from './plan';
import type { Act, Told } from './way';

/** What a person is about to do: a request, or something that only concerns the browser. */
export type Doing = Act | 'vanish' | 'depart' | 'return';

/** The next thing a person will do if nothing happens to them before. */
export interface Intention {
  doing: Doing;
  afterMs: number;
}

/**
 * Where a person believes to be. `out` has no browser open: whatever the service still keeps, nobody reacts.
 */
export type Belief = State | 'out';

/** One simulated person: what they believe, and what they will do next. Time and requests are the run's. */
export class Person {
  belief: Belief = 'out';
  partner: string | null = null;
  room: string | null = null;
  /** Grows with each change of belief, so that what was intended before is forgotten. */
  epoch = 0;
  round: Round;
  /** Went out without a word, and has not been seen leaving by the service yet. */
  vanished = false;
  /** Goes when done with what they are at, and never comes back. */
  retired = false;
  private roundNumber = 0;
  private roundsLeft: number;
  private hungUp = false;

  constructor(
    readonly user: string,
    readonly number: number,
    private readonly persona: Persona,
    private readonly seed: number,
    /** Was there before the run began, as far as anyone can tell: begins in the middle of things. */
    private readonly midway = false,
  ) {
    this.round = planRound(seed, number, 0, persona, midway);
    this.roundsLeft = persona.rounds;
  }

  /** Whether a heartbeat is due; some are lost on the way. */
  get heartbeatShare(): number {
    return this.belief === 'out' ? 0 : 1 - this.persona.losesHeartbeats;
  }

  /** Learns of a move of their own. Whoever is out does not listen. */
  learn({ to, partner, room }: Omit<Told, 'user'>): void {
    if (this.belief === 'out') {
      if (to === null || to === 'IDLE') this.vanished = false;
      return;
    }
    this.believe(to ?? 'out');
    const paired = to === 'CONNECTING' || to === 'IN_CALL' || to === 'DISCONNECTING';
    this.partner = paired ? (partner ?? this.partner) : null;
    this.room = paired ? (room ?? this.room) : null;
  }

  /** Takes over what a refusal said, or what the person decided. */
  believe(belief: Belief): void {
    if (belief === 'WAITING' && this.belief !== 'WAITING') this.beginRound();
    if (belief !== 'DISCONNECTING') this.hungUp = false;
    if (belief === 'out' || belief === 'IDLE' || belief === 'WAITING') {
      this.partner = null;
      this.room = null;
    }
    this.belief = belief;
    this.epoch += 1;
  }

  /** Comes to the page, for the first time or again. */
  comeIn(): void {
    this.roundsLeft = Math.max(this.roundsLeft, this.persona.rounds);
    this.vanished = false;
    this.believe('IDLE');
  }

  /** Is done with the service: no further round begins, and what was intended next is forgotten while nobody talks. */
  retire(): void {
    this.retired = true;
    this.roundsLeft = -1;
    if (this.belief === 'WAITING' || this.belief === 'IDLE') this.epoch += 1;
  }

  /** Notes that it was this person who ended the call, and does not go on. */
  hangUp(): void {
    this.hungUp = true;
  }

  /** Closes the browser, without a word when the service still counts on them. */
  goOut(): void {
    this.vanished = this.belief !== 'IDLE';
    this.believe('out');
  }

  /** What the person will do next where they believe to be, or null when they never come back. */
  next(): Intention | null {
    const { round } = this;
    switch (this.belief) {
      case 'IDLE':
        return {
          doing: this.roundsLeft > 0 ? 'queue' : 'depart',
          afterMs: this.retired ? 0 : round.pauseMs,
        };
      case 'WAITING':
        return { doing: 'leave', afterMs: this.roundsLeft < 0 ? 0 : round.patienceMs };
      case 'CONNECTING':
        return { doing: round.connects ? 'connected' : 'fail', afterMs: round.connectMs };
      case 'IN_CALL':
        return { doing: round.ending, afterMs: round.talkMs };
      case 'DISCONNECTING':
        return { doing: this.hungUp ? 'settle' : 'queue', afterMs: round.settleMs };
      case 'out':
        return round.returns ? { doing: 'return', afterMs: round.absenceMs } : null;
    }
  }

  private beginRound(): void {
    this.roundsLeft -= 1;
    this.roundNumber += 1;
    const midway = this.midway && this.roundNumber === 1;
    this.round = planRound(this.seed, this.number, this.roundNumber, this.persona, midway);
  }
}
