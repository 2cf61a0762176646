import { DEFAULT_POOL } from '@shared/contract/common';
import { AuditTrail } from '../journal/audit-trail';
import { Journal } from '../journal/journal';
import { Statistics } from '../journal/statistics';
import { type Clock, systemClock } from '../lib/clock';
import type { Logger } from '../lib/log';
import { UserMetadataManager } from '../metadata/metadata-manager';
import { MetadataRecovery } from '../metadata/recovery';
import type { Store } from '../redis/store';
import { type EngineContext, engineContext } from './context';
import { Integrity } from './integrity';
import { Matcher, type MatcherOptions } from './matcher';
import { Observer } from './observer';
import { type OverviewReading, OverviewReader } from './overview';
import { PoolRegistry } from './pools';
import { Purge } from './purge';
import { DEFAULT_SETTINGS, type EngineSettings } from './settings';
import { StateMachine } from './state-machine';
import { StateManager } from './state-manager';
import { Sweeper } from './sweeper';
import { Transitions } from './transitions';
import { Users } from './users';

/** Everything that can be done with one pool. */
export class PoolEngine {
  readonly matcher: Matcher;
  readonly sweeper: Sweeper;
  readonly transitions: Transitions;
  readonly machine: StateMachine;
  readonly overview: OverviewReader;
  readonly journal: Journal;
  readonly audit: AuditTrail;
  readonly statistics: Statistics;
  readonly states: StateManager;
  readonly metadata: UserMetadataManager;
  readonly users: Users;
  readonly purge: Purge;
  readonly integrity: Integrity;
  readonly recovery: MetadataRecovery;
  readonly observer: Observer;

  constructor(
    readonly context: EngineContext,
    { matcher }: Pick<EngineOptions, 'matcher'> = {},
  ) {
    this.matcher = new Matcher(context, matcher);
    this.sweeper = new Sweeper(context);
    this.transitions = new Transitions(context);
    this.overview = new OverviewReader(context);
    this.machine = new StateMachine(context, this.sweeper, this.overview);
    this.journal = new Journal(context);
    this.audit = new AuditTrail(context);
    this.statistics = new Statistics(context);
    this.states = new StateManager(context, this.transitions, this.sweeper, this.overview);
    this.metadata = new UserMetadataManager(context);
    this.users = new Users(context, this.matcher);
    this.purge = new Purge(context);
    this.integrity = new Integrity(context);
    this.recovery = new MetadataRecovery(context, this.metadata);
    this.observer = new Observer(context);
  }
}

export interface EngineOptions {
  store: Store;
  log: Logger;
  clock?: Clock;
  settings?: Partial<EngineSettings>;
  /** How this process pairs, where it does. */
  matcher?: Partial<MatcherOptions>;
}

/** The engine of one Redis: a PoolEngine for each pool. */
export class Engine {
  readonly settings: EngineSettings;
  readonly registry: PoolRegistry;
  readonly #pools = new Map<string, PoolEngine>();

  constructor(private readonly options: EngineOptions) {
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.registry = new PoolRegistry(options.store, options.log);
  }

  /** A pool by name; the same object each time. Asking for one writes nothing. */
  pool(name: string = DEFAULT_POOL): PoolEngine {
    const known = this.#pools.get(name);
    if (known) return known;
    const { store, log, clock = systemClock } = this.options;
    const engine = new PoolEngine(
      engineContext({ store, pool: name, settings: this.settings, log, clock }),
      this.options,
    );
    this.registry.watch(engine.context);
    this.#pools.set(name, engine);
    return engine;
  }

  /** Every pool that has been used or discovered, the default one first. */
  pools(): Promise<string[]> {
    return this.registry.known();
  }

  /** The live numbers of every pool. */
  async overviews(): Promise<OverviewReading[]> {
    const pools = await this.pools();
    return await Promise.all(pools.map((pool) => this.pool(pool).overview.read({ newest: 0 })));
  }

  /** Ends every timer of this process, and waits for the work that is under way. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#pools.values()].flatMap((pool) => [
        pool.matcher.stop(),
        pool.sweeper.stop(),
        pool.integrity.cancel(),
      ]),
    );
  }
}
