import type { Random } from '../../lib/random';
import type { Scenario } from '../scenario';
import type { Act, News, Outcome, Snapshot, Way } from '../way';
import { CouplesWatch } from './couples-watch';
import { Replay } from './replay';
import { ServiceWatch, type TargetResult } from './service-watch';
import type { PastMove, Violation, ViolationKind } from './violation';

export interface WatcherOptions {
  scenario: Scenario;
  way: Way;
  /** How long the service keeps couples apart, in ms. */
  cooldownMs: number;
  /** Milliseconds since the run began. */
  elapsed: () => number;
  chance: Random;
}

/** What a run showed. */
export interface Verdict {
  passed: boolean;
  /** One sentence. */
  summary: string;
  /** Promises broken, by kind. */
  broken: Partial<Record<ViolationKind, number>>;
  targets: TargetResult[];
  /** Comparisons of what is with what happened. */
  compared: number;
}

/** Violations kept with their evidence; beyond that they are counted. */
const MAX_KEPT = 50;
/** Somebody seen in two states again within this time is still so, in ms. */
const SPLIT_MEMORY_MS = 5_000;
/** Moves kept of each user. */
const TIMELINE = 12;

/** Checks the promises all the time while a run goes on, and keeps the evidence of what broke. */
export class Watcher {
  readonly service = new ServiceWatch();
  readonly violations: Violation[] = [];
  private readonly broken = new Map<ViolationKind, number>();
  private readonly listeners = new Set<(violation: Violation) => void>();
  private readonly timelines = new Map<string, PastMove[]>();
  private readonly couples: CouplesWatch;
  private replay: Replay | null = null;
  /** When users were last seen in two states. */
  private readonly splitSeen = new Map<string, number>();

  constructor(private readonly options: WatcherOptions) {
    this.couples = new CouplesWatch(options.cooldownMs, (...found) => this.report(...found));
  }

  /** Takes what is as the beginning; the news must go on from the id that is returned. */
  async start(): Promise<string> {
    const snapshot = await this.options.way.snapshot();
    this.replay = new Replay(snapshot, (...found) => this.report(...found));
    return snapshot.id;
  }

  /** Begins anew from what is, because the news has a gap; goes on from the id that is returned. */
  async restart(): Promise<string> {
    const snapshot = await this.options.way.snapshot();
    this.replay?.restart(snapshot);
    this.couples.restart();
    this.service.restart();
    return snapshot.id;
  }

  /** Calls back for each violation as it is found; the returned function ends that. */
  onViolation(listener: (violation: Violation) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** A request goes out. @param now by this machine's clock */
  asked(act: Act, user: string, transaction: string, now: number): void {
    this.service.asked(act, user, transaction, now);
  }

  /** A request was answered. */
  answered(tookMs: number, transaction: string, outcome: Outcome): void {
    this.service.answered(tookMs, transaction, outcome);
  }

  /** One move, in the order of the journal. @param now by this machine's clock */
  learn(news: News, now: number): void {
    this.keep(news);
    this.replay?.learn(news);
    this.couples.learn(news);
    this.service.learn(news, now);
  }

  /** Looks at what is, once a second or so, and tells how many are where. */
  async look(): Promise<Snapshot> {
    const { way, elapsed, chance } = this.options;
    const snapshot = await way.snapshot();
    this.replay?.expect(snapshot);
    await this.lookForSplits();
    await this.couples.look(way, elapsed(), chance);
    return snapshot;
  }

  /** Looks for people in two states. @throws SwitchboardError when Redis is away */
  async lookForSplits(): Promise<void> {
    for (const user of await this.options.way.splitUsers())
      this.report('two-states', user, `${user} is in two states at once.`);
  }

  /** Notes a broken promise. Somebody who stays in two states is told once, not at each look. */
  report(kind: ViolationKind, user: string | null, message: string): void {
    if (kind === 'two-states' && user !== null && this.isStillSplit(user)) return;
    this.broken.set(kind, (this.broken.get(kind) ?? 0) + 1);
    if (this.violations.length >= MAX_KEPT) return;
    const timeline = user === null ? [] : [...(this.timelines.get(user) ?? [])];
    const violation = { kind, at: Math.round(this.options.elapsed()), user, message, timeline };
    this.violations.push(violation);
    for (const listener of this.listeners) listener(violation);
  }

  /** What the run showed so far. */
  verdict(): Verdict {
    const { expect, targets } = this.options.scenario;
    const results = this.service.results(targets);
    const missed = results.filter(({ met }) => !met);
    const broken = Object.fromEntries(this.broken);
    const unexpected = [...this.broken.keys()].filter((kind) => !isExpected(kind, expect));
    const caught = expect === 'promises-hold' || this.broken.has(expect);
    const passed = unexpected.length === 0 && missed.length === 0 && caught;
    return {
      passed,
      summary: summarise({ expect, caught, unexpected, missed }),
      broken,
      targets: results,
      compared: this.replay?.compared ?? 0,
    };
  }

  private isStillSplit(user: string): boolean {
    const now = this.options.elapsed();
    const seen = this.splitSeen.get(user);
    this.splitSeen.set(user, now);
    return seen !== undefined && now - seen < SPLIT_MEMORY_MS;
  }

  private keep({ user, at, from, to, cause, by, partner }: News): void {
    if (to === null) {
      this.timelines.delete(user);
      return;
    }
    const timeline = this.timelines.get(user) ?? [];
    timeline.push({ at, from, to, cause, by, partner });
    if (timeline.length > TIMELINE) timeline.shift();
    this.timelines.set(user, timeline);
  }
}

/** Somebody put into two states also breaks the sums, and may be found alone. */
const FOLLOWING: Partial<Record<ViolationKind, readonly ViolationKind[]>> = {
  'two-states': ['not-conserved', 'broken-chain', 'alone-in-call', 'failure'],
};

function isExpected(kind: ViolationKind, expect: Scenario['expect']): boolean {
  return expect !== 'promises-hold' && (kind === expect || (FOLLOWING[expect]?.includes(kind) ?? false));
}

function summarise(found: {
  expect: Scenario['expect'];
  caught: boolean;
  unexpected: readonly ViolationKind[];
  missed: readonly TargetResult[];
}): string {
  const { expect, caught, unexpected, missed } = found;
  const faults = [
    ...(unexpected.length > 0 ? [`broken: ${unexpected.join(', ')}`] : []),
    ...(missed.length > 0 ? [`targets missed: ${missed.map(({ name }) => name).join(', ')}`] : []),
    ...(caught ? [] : [`the break that was to be caught (${expect}) was not`]),
  ];
  if (faults.length > 0) return `${faults.join('; ')}.`;
  return expect === 'promises-hold' ? 'Every promise held.' : `The break was caught: ${expect}.`;
}
