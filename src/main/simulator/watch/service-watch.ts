import { histogramGroup, histogramQuantile } from '@shared/histogram';
import type { Scenario } from '../scenario';
import { Schedule } from '../schedule';
import type { Act, News, Outcome } from '../way';

/** Somebody is passed over when they have waited this much longer than the two who were paired. */
const CLEARLY_MS = 1_000;
/** Requests whose notice is awaited at most; the oldest are given up first. */
const MAX_AWAITED = 10_000;
const LEAVING: ReadonlySet<Act> = new Set<Act>(['skip', 'end', 'hang-up']);

/** A figure against its target. */
export interface TargetResult {
  name: keyof Scenario['targets'];
  what: string;
  measured: number | null;
  target: number;
  met: boolean;
}

class Lengths {
  private readonly groups = new Map<number, number>();
  private total = 0;
  count = 0;

  add(ms: number): void {
    const group = histogramGroup(ms);
    this.groups.set(group, (this.groups.get(group) ?? 0) + 1);
    this.total += ms;
    this.count += 1;
  }

  get mean(): number | null {
    return this.count === 0 ? null : this.total / this.count;
  }

  quantile(share: number): number | null {
    return histogramQuantile(this.groups, share);
  }
}

/** Watches how good the service is: answers, notices, waits, and whether the queue is fair. */
export class ServiceWatch {
  private readonly answers = new Lengths();
  private readonly notices = new Lengths();
  private readonly waits = new Lengths();
  private readonly awaited = new Map<string, { user: string; at: number }>();
  /** When each person came into the queue; kept while they connect, since a failure gives the place back. */
  private readonly queuedAt = new Map<string, number>();
  private readonly waiting = new Set<string>();
  /** Who waits, by the time at which they came into the queue. */
  private readonly queue = new Schedule<string>(
    (user, since) => this.waiting.has(user) && this.queuedAt.get(user) === since,
  );
  private pairs = 0;
  private overtaken = 0;
  private pending: { since: number; transaction: string } | null = null;

  /** A request goes out. @param now by this machine's clock */
  asked(act: Act, user: string, transaction: string, now: number): void {
    if (!LEAVING.has(act)) return;
    const [oldest] = this.awaited.keys();
    if (oldest !== undefined && this.awaited.size >= MAX_AWAITED) this.awaited.delete(oldest);
    this.awaited.set(transaction, { user, at: now });
  }

  /** A request was answered, one way or the other. */
  answered(tookMs: number, transaction: string, { kind }: Outcome): void {
    if (kind === 'away') return;
    this.answers.add(tookMs);
    // What was refused moves nobody: there is nothing for a partner to notice.
    if (kind === 'refused') this.awaited.delete(transaction);
  }

  /** Forgets who waits. */
  restart(): void {
    this.queuedAt.clear();
    this.waiting.clear();
    this.awaited.clear();
    this.queue.clear();
    this.pending = null;
  }

  /** @param now by this machine's clock */
  learn(news: News, now: number): void {
    const { user, from, to, at, spent, transaction } = news;
    const awaited = this.awaited.get(transaction);
    if (awaited && awaited.user !== user) {
      this.notices.add(now - awaited.at);
      this.awaited.delete(transaction);
    }
    if (from === 'WAITING') this.waiting.delete(user);
    if (to === 'WAITING') {
      const since = from === 'CONNECTING' ? (this.queuedAt.get(user) ?? at) : at;
      this.queuedAt.set(user, since);
      this.waiting.add(user);
      this.queue.put(since, user);
    } else if (from === 'WAITING' && to === 'CONNECTING') {
      if (spent !== null) this.waits.add(spent);
      this.matched(user, transaction);
    } else this.queuedAt.delete(user);
  }

  /** How the targets of a scenario are met. */
  results(targets: Scenario['targets']): TargetResult[] {
    const measured = {
      answer: { what: 'answers, 95 of 100 within', value: this.answers.quantile(0.95) },
      notice: { what: 'a partner notices, 95 of 100 within', value: this.notices.quantile(0.95) },
      match: { what: 'mean wait for a partner', value: this.waits.mean },
      overtaken: {
        what: 'pairs that passed somebody over',
        value: this.pairs === 0 ? null : this.overtaken / this.pairs,
      },
    };
    return (Object.keys(measured) as (keyof typeof measured)[]).flatMap((name) => {
      const target = targets[name];
      if (target === undefined) return [];
      const { what, value } = measured[name];
      return [{ name, what, measured: value, target, met: value !== null && value <= target }];
    });
  }

  /** What was measured, whether there is a target for it or not. Times in ms. */
  get figures() {
    return {
      answerP50Ms: this.answers.quantile(0.5),
      answerP95Ms: this.answers.quantile(0.95),
      noticeP95Ms: this.notices.quantile(0.95),
      waitMeanMs: this.waits.mean,
      waitP50Ms: this.waits.quantile(0.5),
      waitP95Ms: this.waits.quantile(0.95),
      pairs: this.pairs,
      overtakenShare: this.pairs === 0 ? null : this.overtaken / this.pairs,
    };
  }

  /** Two moves of one transaction make a pair; who waits longest after that was passed over, if clearly longer. */
  private matched(user: string, transaction: string): void {
    const since = this.queuedAt.get(user);
    if (since === undefined) return;
    if (this.pending?.transaction !== transaction) {
      this.pending = { since, transaction };
      return;
    }
    const longer = Math.min(since, this.pending.since);
    this.pending = null;
    this.pairs += 1;
    const head = this.queue.nextAt();
    if (head !== null && head < longer - CLEARLY_MS) this.overtaken += 1;
  }
}
