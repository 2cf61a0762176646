import type { Finding, IntegrityStatus } from '@shared/contract/integrity';
import { STATES } from '@shared/states';
import type { EngineContext } from './context';
import { diagnose } from './diagnose';
import { type Facts, INSPECT_BATCH, inspectAll } from './inspect';
import { WALK_STEP, walkKeys, walkSet } from './walk';

/** How a scan goes about it. */
export interface ScanOptions {
  /** Ends the scan after the step under way. */
  signal?: AbortSignal | undefined;
  /** How long a suspicion rests before the second look, in milliseconds. */
  confirmAfterMs?: number;
  /** Milliseconds since the epoch; the server's clock when missing. Tests pass a fixed one. */
  now?: number;
}

/** What a scan tells as it goes. */
export type ScanEvent =
  | { type: 'progress'; phase: NonNullable<IntegrityStatus['phase']>; lookedAt: number; total: number }
  | { type: 'finding'; finding: Finding };

/** A user who looked wrong once. */
interface Suspicion {
  facts: Facts;
  findings: Finding[];
  seenAt: number;
}

const CONFIRM_AFTER_MS = 300;

/**
 * Walks everybody in bounded steps and tells what is wrong. Nobody is reported on one look: whoever merely moved while
 * the scan ran looks right, or different, at the second one.
 *
 * Whoever goes from a set that is still to be walked into one that was walked already may not be met at all; such a
 * user was moved by somebody just then, and the next scan meets them.
 *
 * The sets are walked first, then the heartbeat index for users who are in no set, then the keys of metadata
 * for users whom not even the index knows.
 */
export async function* scan(context: EngineContext, options: ScanOptions = {}): AsyncGenerator<ScanEvent> {
  const looker = new Looker(context, options);
  const { store, keys } = context;
  const { signal } = options;
  const sizes = await store.pipeline([
    ...STATES.map((state) => ['ZCARD', keys.sets[state]] as const),
    ['ZCARD', keys.heartbeats],
    ['DBSIZE'],
  ]);
  const [inIndex = 0, inDatabase = 0] = sizes.slice(STATES.length).map(Number);
  const inSets = sizes.slice(0, STATES.length).reduce<number>((sum, size) => sum + Number(size), 0);

  for (const state of STATES)
    yield* looker.look('states', inSets, everybody(walkSet(store, keys.sets[state], signal)));
  yield* looker.look(
    'index',
    inIndex,
    looker.thoseInNoSet(everybody(walkSet(store, keys.heartbeats, signal))),
  );
  const { user } = keys.prefixes;
  const known = idsOf(walkKeys(store, user, signal), user);
  yield* looker.look('keys', inDatabase, looker.thoseInNoSet(known));
  yield* looker.confirmAll();
}

/** Users to look at, and how far the walk came for them. */
interface Batch {
  users: string[];
  walked: number;
}

async function* everybody(batches: AsyncGenerator<string[]>): AsyncGenerator<Batch> {
  for await (const users of batches) yield { users, walked: users.length };
}

/** Most keys of a database belong to nobody; a step passes about the same number of them. */
async function* idsOf(batches: AsyncGenerator<string[]>, prefix: string): AsyncGenerator<Batch> {
  for await (const keys of batches)
    yield { users: keys.map((key) => key.slice(prefix.length)), walked: WALK_STEP };
}

/** Looks at users, remembers who looked wrong, and looks again. */
class Looker {
  readonly #suspicions = new Map<string, Suspicion>();
  /** Users who were reported: whoever is in two sets is met twice. */
  readonly #reported = new Set<string>();
  readonly #confirmAfterMs: number;
  #phase: NonNullable<IntegrityStatus['phase']> = 'states';
  #lookedAt = 0;

  constructor(
    private readonly context: EngineContext,
    private readonly options: ScanOptions,
  ) {
    this.#confirmAfterMs = options.confirmAfterMs ?? CONFIRM_AFTER_MS;
  }

  async *look(
    phase: NonNullable<IntegrityStatus['phase']>,
    total: number,
    batches: AsyncGenerator<Batch>,
  ): AsyncGenerator<ScanEvent> {
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#lookedAt = 0;
    }
    for await (const { users, walked } of batches) {
      for (const facts of await this.#inspect(users)) this.#suspect(facts);
      this.#lookedAt = Math.min(total, this.#lookedAt + walked);
      yield { type: 'progress', phase, lookedAt: this.#lookedAt, total };
      yield* this.#confirm(this.context.clock.now() - this.#confirmAfterMs);
    }
  }

  /** Gives every suspicion its second look. */
  async *confirmAll(): AsyncGenerator<ScanEvent> {
    if (this.#suspicions.size === 0 || this.options.signal?.aborted) return;
    await this.#rest();
    yield* this.#confirm(Infinity);
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.context.clock.after(this.#confirmAfterMs, resolve);
      const stop = () => {
        cancel();
        resolve();
      };
      this.options.signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Those in a set are looked at in the sets; one cheap read tells who is in none. */
  async *thoseInNoSet(batches: AsyncGenerator<Batch>): AsyncGenerator<Batch> {
    const { store, keys } = this.context;
    for await (const { users, walked } of batches) {
      const asked =
        users.length === 0 ? [] : STATES.map((state) => ['ZMSCORE', keys.sets[state], ...users] as const);
      const places = await store.pipeline(asked);
      const inNone = (index: number) => places.every((scores) => (scores as unknown[])[index] === null);
      yield { users: users.filter((_, index) => inNone(index)), walked };
    }
  }

  #suspect(facts: Facts): void {
    const findings = diagnose(facts, this.context.settings.heartbeatLimitMs);
    if (findings.length > 0 && !this.#suspicions.has(facts.user) && !this.#reported.has(facts.user))
      this.#suspicions.set(facts.user, { facts, findings, seenAt: this.context.clock.now() });
  }

  /** Looks again at those first seen until a time. The map is in the order in which they were. */
  async *#confirm(seenUntil: number): AsyncGenerator<ScanEvent> {
    const due: Suspicion[] = [];
    for (const suspicion of this.#suspicions.values()) {
      if (suspicion.seenAt > seenUntil) break;
      due.push(suspicion);
    }
    for (let at = 0; at < due.length; at += INSPECT_BATCH) {
      if (this.options.signal?.aborted) return;
      const part = due.slice(at, at + INSPECT_BATCH);
      const again = await this.#inspect(part.map(({ facts }) => facts.user));
      for (const [index, { facts, findings }] of part.entries()) {
        this.#suspicions.delete(facts.user);
        const now = again[index];
        if (!now || hasMoved(facts, now)) continue;
        const still = diagnose(now, this.context.settings.heartbeatLimitMs);
        const sure = still.filter((finding) => findings.some(({ kind }) => kind === finding.kind));
        if (sure.length > 0) this.#reported.add(facts.user);
        for (const finding of sure) yield { type: 'finding', finding };
      }
    }
  }

  #inspect(users: readonly string[]): Promise<Facts[]> {
    return inspectAll(this.context, users, this.options.now);
  }
}

function hasMoved(before: Facts, after: Facts): boolean {
  const place = ({ entries }: Facts) => entries.map(({ state, since }) => `${state} ${since}`).join();
  return place(before) !== place(after);
}
