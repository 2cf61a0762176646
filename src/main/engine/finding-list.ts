import { type Finding, FINDING_KINDS, type FindingKind } from '@shared/contract/integrity';

/** How many findings of a kind are kept for a person to look at; all are counted. */
export const KEPT_FINDINGS = 10_000;

/** What one scan found: the gravest first, and of a kind in the order found. */
export class FindingList {
  readonly #kept: Record<FindingKind, Finding[]>;
  readonly #counts = noCounts();
  /** Those of the findings that are no more, by the last look at them. */
  readonly #mended = new Set<Finding>();

  constructor(private readonly keptOfKind = KEPT_FINDINGS) {
    this.#kept = Object.fromEntries(FINDING_KINDS.map((kind) => [kind, []])) as unknown as Record<
      FindingKind,
      Finding[]
    >;
  }

  /** How many there are of each kind, those that are not kept among them. */
  get counts(): Record<FindingKind, number> {
    return { ...this.#counts };
  }

  /** Takes another one in. */
  add(finding: Finding): void {
    this.#counts[finding.kind] += 1;
    const kept = this.#kept[finding.kind];
    if (kept.length < this.keptOfKind) kept.push(finding);
  }

  /** What is kept of some kinds, and still to be mended. */
  open(kinds: readonly FindingKind[] = FINDING_KINDS): Finding[] {
    return this.#all(kinds).filter((finding) => !this.#mended.has(finding));
  }

  /** How many of some kinds were found, and not kept. */
  beyond(kinds: readonly FindingKind[] = FINDING_KINDS): number {
    const counted = kinds.reduce((sum, kind) => sum + this.#counts[kind], 0);
    return counted - this.open(kinds).length;
  }

  /** Everybody of whom one of some kinds is kept, mended or not: the place of each stays the same. */
  users(kinds: readonly FindingKind[] = FINDING_KINDS): string[] {
    return [...new Set(this.#all(kinds).map(({ user }) => user))];
  }

  /** What of some kinds is still to be mended, by user. */
  broken(kinds: readonly FindingKind[]): ReadonlyMap<string, FindingKind[]> {
    const byUser = new Map<string, FindingKind[]>();
    for (const { user, kind } of this.open(kinds)) byUser.set(user, [...(byUser.get(user) ?? []), kind]);
    return byUser;
  }

  /** Takes note of a new look at some users: what is wrong with them now is listed, and nothing else of them. */
  judge(users: ReadonlySet<string>, now: readonly Finding[]): void {
    const still = new Set(now.map(nameOf));
    for (const finding of this.#all(FINDING_KINDS).filter(({ user }) => users.has(user))) {
      const wasMended = this.#mended.has(finding);
      const isMended = !still.has(nameOf(finding));
      this.#counts[finding.kind] += Number(wasMended) - Number(isMended);
      if (isMended) this.#mended.add(finding);
      else this.#mended.delete(finding);
    }
  }

  #all(kinds: readonly FindingKind[]): Finding[] {
    return FINDING_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) => this.#kept[kind]);
  }
}

function nameOf({ kind, user }: Finding): string {
  return `${kind} ${user}`;
}

/** A count of none for each kind. */
export function noCounts(): Record<FindingKind, number> {
  return Object.fromEntries(FINDING_KINDS.map((kind) => [kind, 0])) as Record<FindingKind, number>;
}
