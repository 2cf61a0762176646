import type { Health } from '@shared/contract/session';
import { type LogLevel, logLevel } from '@shared/contract/service';
import type { Engine, PoolEngine } from '../../engine/engine';
import type { Clock } from '../../lib/clock';
import type { LogControl } from '../../lib/log';
import type { Handlers } from '../dispatch';

type ServiceHandlers = Pick<Handlers, 'overview.get' | 'cleanup.run' | 'debug.state' | 'log.get' | 'log.set'>;

export interface ServiceSources {
  engine: Engine;
  health: () => Health;
  logControl: LogControl;
  clock: Clock;
  /** Of this build. */
  version: string;
}

/** The service itself: its live numbers, its cleanup, what a bug report needs, how much it logs. */
export function serviceHandlers({
  engine,
  health,
  logControl,
  clock,
  version,
}: ServiceSources): ServiceHandlers {
  const level = (): LogLevel => logLevel.catch('info').parse(logControl.level);

  return {
    async 'overview.get'({ pool }) {
      const { overview, statistics } = engine.pool(pool);
      const [reading, today] = await Promise.all([overview.read(), statistics.today()]);
      return { ...reading, today };
    },

    'cleanup.run': ({ pool, dryRun }, { actor, requestId, signal }) =>
      engine.pool(pool).sweeper.sweep({ dryRun, by: actor, requestId, signal }),

    async 'debug.state'({ pool, user }) {
      return {
        at: clock.now(),
        version,
        process: {
          id: process.pid,
          uptimeS: process.uptime(),
          memoryBytes: process.memoryUsage().rss,
          logLevel: level(),
        },
        pool,
        view:
          user === undefined
            ? await systemView(engine, engine.pool(pool), health())
            : await userView(engine.pool(pool), user),
      };
    },

    'log.get': () => Promise.resolve({ level: level() }),
    'log.set'(input) {
      logControl.level = input.level;
      return Promise.resolve({ level: level() });
    },
  };
}

async function systemView(engine: Engine, pool: PoolEngine, health: Health) {
  const [pools, overview, undoable] = await Promise.all([
    engine.pools(),
    pool.overview.read(),
    pool.transitions.listUndoable(),
  ]);
  return {
    ...{ pools, health, overview, undoable },
    settings: engine.settings,
    matcher: pool.matcher.metrics,
    sweeper: pool.sweeper.metrics,
  };
}

async function userView(pool: PoolEngine, user: string) {
  const [details, explanation, prospect, journal] = await Promise.all([
    pool.users.get(user),
    pool.users.explain(user),
    pool.machine.canUserBeMatched(user),
    pool.journal.search({ user }),
  ]);
  return { details, explanation, prospect, journal };
}
