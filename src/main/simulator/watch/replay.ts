import { type State, STATES } from '@shared/states';
import { isSimulated, type News, type Snapshot } from '../way';
import type { Report } from './violation';

/**
 * Plays the journal along, and compares with what is: each move begins where the one before ended, and the number of
 * people in each state is what the moves make it. So nobody is lost, doubled, or comes from nowhere.
 */
export class Replay {
  private readonly where = new Map<string, State | null>();
  private counts: Record<State, number>;
  private snapshots: Snapshot[] = [];
  private lastId: string;
  /** Whether every simulated person has been seen to come. */
  private fromTheBeginning = true;

  constructor(
    start: Snapshot,
    private readonly report: Report,
  ) {
    this.counts = { ...start.counts };
    this.lastId = start.id;
  }

  /** How many comparisons there were. */
  compared = 0;

  /** Begins anew from what is, for example because Redis lost everything. */
  restart(snapshot: Snapshot): void {
    this.fromTheBeginning = false;
    this.where.clear();
    this.snapshots = [];
    this.counts = { ...snapshot.counts };
    this.lastId = snapshot.id;
  }

  /** Takes what is at the moment of a journal entry, to be compared when the moves up to it have been played. */
  expect(snapshot: Snapshot): void {
    if (this.lastId === snapshot.id) this.compare(snapshot);
    else this.snapshots.push(snapshot);
  }

  /** Plays one move. */
  learn(news: News): void {
    this.compareUpTo(news.id);
    const { user, from, to } = news;
    const known = this.where.get(user);
    if (known !== undefined && known !== from)
      this.report(
        'broken-chain',
        user,
        `${user} left ${from ?? 'no state'}, but was last seen in ${known ?? 'none'}.`,
      );
    if (known === undefined && from !== null && this.fromTheBeginning && isSimulated(user))
      this.report('broken-chain', user, `${user} left ${from}, but was never seen to enter it.`);
    if (to === null) this.where.delete(user);
    else this.where.set(user, to);
    if (from !== null) this.counts[from] -= 1;
    if (to !== null) this.counts[to] += 1;
    this.lastId = news.id;
  }

  private compareUpTo(id: string): void {
    // A snapshot tells of the moment right after its entry and before the next.
    while (this.snapshots[0] && compareIds(this.snapshots[0].id, id) < 0) {
      const snapshot = this.snapshots.shift();
      if (snapshot && snapshot.id === this.lastId) this.compare(snapshot);
    }
  }

  private compare({ counts }: Snapshot): void {
    this.compared += 1;
    const wrong = STATES.filter((state) => counts[state] !== this.counts[state]);
    if (wrong.length === 0) return;
    const told = wrong.map(
      (state) => `${state} holds ${counts[state]} and should hold ${this.counts[state]}`,
    );
    this.report('not-conserved', null, `What is does not follow from what happened: ${told.join(', ')}.`);
    // Told once; what comes after is judged from here.
    this.counts = { ...counts };
  }
}

/** Journal ids in order of time. */
export function compareIds(a: string, b: string): number {
  const [aMs = 0, aNumber = 0] = a.split('-').map(Number);
  const [bMs = 0, bNumber = 0] = b.split('-').map(Number);
  return aMs - bMs || aNumber - bNumber;
}
