import type { HandAct, SimulatorHand } from '@shared/contract/simulator';
import type { Clock } from '../lib/clock';
import { newId, newTag } from '../lib/ids';
import type { Belief } from './person';
import { SIMULATED, type Told, type Way } from './way';

type HandStep = SimulatorHand['steps'][number];

const MAX_STEPS = 100;
const HEARTBEAT_MS = 5_000;

/**
 * One person in the run who does nothing by themselves: somebody at the controls takes each step, legal or not, against
 * the simulated others. Their browser stays open and sends heartbeats until it is closed.
 */
export class Hand {
  readonly user = `${SIMULATED}hand-${newTag()}`;
  private belief: Belief = 'out';
  /** Whether the page is open, and hears of what happens. */
  private open = false;
  private partner: string | null = null;
  private room: string | null = null;
  private readonly steps: HandStep[] = [];
  private beatAt = 0;

  constructor(private readonly options: { way: Way; clock: Clock; elapsed: () => number }) {}

  get view(): SimulatorHand {
    const { user, belief, partner, room, steps } = this;
    return { user, belief, partner, room, steps: [...steps] };
  }

  /** Takes a step. What is refused is told in the steps, not thrown. @throws Error when the request itself fails */
  async act(act: HandAct): Promise<SimulatorHand> {
    const { way } = this.options;
    if (act === 'vanish') {
      this.belief = 'out';
      this.open = false;
      way.pages?.close(this.user);
      this.note('asked', act, 'the browser is closed without a word');
      return this.view;
    }
    const { user, partner, room } = this;
    this.open = true;
    const outcome = await way.ask({ act, user, partner, room, transaction: newId() });
    if (outcome.kind === 'refused' && outcome.state !== undefined) this.belief = outcome.state ?? 'out';
    this.note('asked', act, wordsFor(outcome));
    return this.view;
  }

  /** Learns of a move of anybody. */
  learn({ user, to, partner, room }: Told): void {
    if (user !== this.user || !this.open) return;
    const before = this.belief;
    this.belief = to ?? 'out';
    const paired = to === 'CONNECTING' || to === 'IN_CALL' || to === 'DISCONNECTING';
    this.partner = paired ? (partner ?? this.partner) : null;
    this.room = paired ? (room ?? this.room) : null;
    this.note(
      'told',
      `${before === 'out' ? 'nowhere' : before} → ${to ?? 'gone'}`,
      this.partner === null ? '' : `with ${this.partner}`,
    );
  }

  /** The user when a heartbeat is due. */
  takeHeartbeat(): string[] {
    const now = this.options.clock.now();
    if (!this.open || now - this.beatAt < HEARTBEAT_MS) return [];
    this.beatAt = now;
    return [this.user];
  }

  private note(kind: HandStep['kind'], what: string, outcome: string): void {
    this.steps.push({ at: Math.round(this.options.elapsed()), kind, what, outcome });
    if (this.steps.length > MAX_STEPS) this.steps.shift();
  }
}

function wordsFor(outcome: Awaited<ReturnType<Way['ask']>>): string {
  if (outcome.kind === 'done') return 'done';
  if (outcome.kind === 'away') return 'not answered: the service is away, or the answer was lost';
  return `refused: ${outcome.code}${outcome.state === undefined ? '' : `, is in ${outcome.state ?? 'no state'}`}`;
}
