import type { News, Sighting, Way } from '../way';
import type { Report } from './violation';

/** Causes after which the two are kept apart. */
const COOLING = new Set(['skip', 'partner-skip', 'fail', 'partner-fail', 'sweep-connecting']);
const PAIRED = new Set(['CONNECTING', 'IN_CALL']);
/** Couples looked at per look. */
const SAMPLE = 60;
/** Whoever is alone for longer than a sweep may take is one too many. */
const ALONE_MS = 6_000;
/** Entry times are whole milliseconds, and both clocks are the server's. */
const SLACK_MS = 5;

/** Watches who is with whom: nobody in two pairs, no pair on cooldown, nobody alone in a call. */
export class CouplesWatch {
  private readonly partnerOf = new Map<string, string>();
  private readonly talking = new Set<string>();
  private readonly parted = new Map<string, number>();
  private readonly alone = new Map<string, number>();

  constructor(
    private readonly cooldownMs: number,
    private readonly report: Report,
  ) {}

  /** Forgets everything. */
  restart(): void {
    for (const each of [this.partnerOf, this.talking, this.parted, this.alone]) each.clear();
  }

  learn(news: News): void {
    const { user, from, to, partner, cause, at } = news;
    if (from !== null && PAIRED.has(from) && partner !== null && COOLING.has(cause)) {
      const key = keyOf(user, partner);
      this.parted.delete(key);
      this.parted.set(key, at);
      this.forget(at);
    }
    if (to === 'IN_CALL') this.talking.add(user);
    else this.talking.delete(user);
    if (to === 'CONNECTING' && partner !== null) this.pair(user, partner, at);
    else if (to === null || !PAIRED.has(to)) this.partnerOf.delete(user);
  }

  /**
   * Looks at some of those who talk, and again at those who were alone.
   * @param now milliseconds since the run began
   */
  async look(way: Way, now: number, chance: () => number): Promise<void> {
    const talking = [...this.talking];
    const chosen = new Set(this.alone.keys());
    for (let index = 0; index < SAMPLE && talking.length > 0; index += 1)
      chosen.add(talking[Math.floor(chance() * talking.length)] as string);
    const users = [...chosen].flatMap((user) => [user, this.partnerOf.get(user) ?? user]);
    if (users.length === 0) return;
    const seen = new Map((await way.look(users)).map((sighting) => [sighting.user, sighting]));
    for (const user of chosen) this.judge(user, seen, now);
    for (const { user, states } of seen.values())
      if (states.length > 1)
        this.report('two-states', user, `${user} was in ${states.join(' and ')} at once.`);
  }

  private judge(user: string, seen: ReadonlyMap<string, Sighting>, now: number): void {
    const own = seen.get(user);
    const partner = own?.matchedWith ? seen.get(own.matchedWith) : undefined;
    const inCall = own?.states.length === 1 && own.states[0] === 'IN_CALL';
    const together = partner?.states.includes('IN_CALL') === true && partner.matchedWith === user;
    // Somebody paired anew since the news was read is not among those looked at.
    const unknown = own?.matchedWith !== undefined && own.matchedWith !== null && partner === undefined;
    if (!inCall || together || unknown) {
      this.alone.delete(user);
      return;
    }
    const since = this.alone.get(user) ?? now;
    this.alone.set(user, since);
    if (now - since < ALONE_MS) return;
    this.alone.delete(user);
    this.report(
      'alone-in-call',
      user,
      `${user} was alone in a call for ${Math.round((now - since) / 1_000)} s.`,
    );
  }

  private pair(user: string, partner: string, at: number): void {
    const other = this.partnerOf.get(partner);
    if (other !== undefined && other !== user)
      this.report('two-pairs', user, `${user} was paired with ${partner}, who is with ${other}.`);
    this.partnerOf.set(user, partner);
    const partedAt = this.parted.get(keyOf(user, partner));
    // Each couple is told of twice, once for each of the two.
    if (partedAt === undefined || user > partner || at - partedAt >= this.cooldownMs - SLACK_MS) return;
    this.report(
      'cooldown',
      user,
      `${user} and ${partner} were paired ${at - partedAt} ms after they parted.`,
    );
  }

  private forget(at: number): void {
    for (const [key, partedAt] of this.parted) {
      if (at - partedAt < this.cooldownMs) return;
      this.parted.delete(key);
    }
  }
}

function keyOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
