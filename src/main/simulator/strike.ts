import type { Logger } from '../lib/log';
import type { Random } from '../lib/random';
import type { Crowd } from './crowd';
import type { Disturbance } from './disturbance';
import type { Fault } from './fault';
import type { Way } from './way';

/** A server process that pairs and sweeps in a pool. */
export interface ServerProcess {
  /** Ends it as the loss of a machine would: at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** What can be done to the Redis and the processes under a run; what is missing cannot be done here. */
export interface Host {
  restartRedis?: (() => Promise<void>) | undefined;
  pauseRedis?: ((forMs: number) => Promise<void>) | undefined;
  /** Starts a server process, and resolves when it is ready. */
  startServer?: ((pool: string) => Promise<ServerProcess>) | undefined;
  /** Kills the server that people reach over the API, and starts it again at the same address after a while. */
  restartServer?: ((awayMs: number) => Promise<void>) | undefined;
}

/** A fault that struck, for the report. */
export interface Strike {
  /** Milliseconds since the run began. */
  at: number;
  fault: Fault['do'];
  /** False when it could not strike. */
  done: boolean;
  /** Whom or what it hit; `not done: ` and why, where it could not. */
  detail: string;
}

/** The run that is struck, and what can be broken of it. */
export interface StrikeContext {
  crowd: Crowd;
  disturbance: Disturbance;
  host: Host;
  way: Way;
  chance: Random;
  log: Logger;
  /** Milliseconds since the run began. */
  now: number;
  restartWorkers: (afterMs: number) => Promise<void>;
  /** Lets a server process do the work of this one for a while, and kills it. */
  killServer: (startServer: NonNullable<Host['startServer']>, afterMs: number) => Promise<void>;
  /** Looks for people in two states now, without waiting for the next look at everything. */
  lookForSplits: () => Promise<void>;
}

/** What each fault takes that is not there on every ground. */
const NEEDS = {
  redis: 'only a private redis-server can be broken: run without --redis, and over HTTP with --api private',
  server: 'the run must be able to start the server: npm run simulate without --api, or with --api private',
  matcher: 'the pairing must be done by the run itself, not by the server: run without --api',
  corrupt: 'nobody can be damaged over the API: give the Redis of the server too, with --redis',
} as const;

/** Why a fault cannot strike on this ground, and what it takes; null when it can. */
export function whyNot(
  fault: Fault['do'],
  { host, way }: Pick<StrikeContext, 'host' | 'way'>,
): string | null {
  switch (fault) {
    case 'restart-redis':
      return host.restartRedis ? null : NEEDS.redis;
    case 'pause-redis':
      return host.pauseRedis ? null : NEEDS.redis;
    case 'kill-server':
      return host.restartServer || (host.startServer && way.serve) ? null : NEEDS.server;
    case 'restart-matcher':
      return way.serve ? null : NEEDS.matcher;
    case 'corrupt-user':
      return way.corrupt ? null : NEEDS.corrupt;
    default:
      return null;
  }
}

/** What is struck, and the work of it where that takes its time. */
interface Act {
  detail: string;
  /** Why nothing can be struck now; the detail says so too. */
  done?: false;
  work?: Promise<void> | undefined;
}

/** Lets a fault strike now. What takes its time goes on by itself; when it fails, the strike says so. */
export function strike(fault: Fault, context: StrikeContext): Strike {
  const missing = whyNot(fault.do, context);
  const { work, ...outcome } = missing === null ? act(fault, context) : notDone(missing);
  const struck: Strike = { at: Math.round(context.now), fault: fault.do, done: true, ...outcome };
  work?.catch((reason: unknown) => {
    context.log.warn({ err: reason, fault: fault.do }, 'a fault did not strike as it should');
    Object.assign(struck, notDone(reason instanceof Error ? reason.message : String(reason)));
  });
  return struck;
}

/** The faults of a scenario that cannot strike on a ground, and those that did not though they could, with why. */
export function warningsOf(
  faults: readonly Fault[],
  strikes: readonly Strike[],
  ground: Pick<StrikeContext, 'host' | 'way'>,
): string[] {
  const never = faults.flatMap(({ do: kind }) => {
    const why = whyNot(kind, ground);
    return why === null ? [] : [`${kind} cannot strike here: ${why}.`];
  });
  const failed = strikes
    .filter(({ fault, done }) => !done && whyNot(fault, ground) === null)
    .map(({ fault, at, detail }) => `${fault} at ${(at / 1_000).toFixed(1)} s was ${detail}.`);
  return [...new Set([...never, ...failed])];
}

function notDone(why: string): Act & { done: false } {
  return { done: false, detail: `not done: ${why}` };
}

function sayPeople(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function act(fault: Fault, context: StrikeContext): Act {
  const { crowd, disturbance, host, now } = context;
  switch (fault.do) {
    case 'kill-clients': {
      const hit = crowd.some(fault.share);
      for (const person of hit) crowd.kill(person);
      return { detail: sayPeople(hit.length) };
    }
    case 'freeze-heartbeats': {
      const hit = crowd.some(fault.share);
      for (const person of hit) crowd.freeze(person, now + fault.for);
      return { detail: `${sayPeople(hit.length)} for ${fault.for} ms` };
    }
    case 'delay-replies':
      disturbance.delay = { byMs: fault.by, untilMs: now + fault.for };
      return { detail: `by ${fault.by} ms for ${fault.for} ms` };
    case 'drop-replies':
      disturbance.drop = { share: fault.share, untilMs: now + fault.for };
      return { detail: `${Math.round(fault.share * 100)} % for ${fault.for} ms` };
    case 'restart-redis':
      return { detail: 'the private server', work: host.restartRedis?.() };
    case 'pause-redis':
      return { detail: `the private server for ${fault.for} ms`, work: host.pauseRedis?.(fault.for) };
    case 'kill-server':
      return killServer(fault.for, context);
    case 'restart-matcher':
      return { detail: `for ${fault.for} ms`, work: context.restartWorkers(fault.for) };
    case 'corrupt-user':
      return corrupt(context);
  }
}

/** Over the API, the server itself; else one that takes the pairing over from this process before it dies. */
function killServer(forMs: number, { host, killServer: killHelper }: StrikeContext): Act {
  if (host.restartServer)
    return { detail: `the server, which is back after ${forMs} ms`, work: host.restartServer(forMs) };
  const { startServer } = host;
  const work = startServer && killHelper(startServer, forMs);
  return { detail: `a server process after ${forMs} ms of work`, work };
}

/**
 * Somebody who is idle or talks, since those stay where they are for a while. Looked at at once: the victim's next move
 * heals what was damaged, and that may come before the next look at everything.
 */
function corrupt({ crowd, way, chance, lookForSplits }: StrikeContext): Act {
  const candidates = crowd.present.filter(({ belief }) => belief === 'IDLE' || belief === 'IN_CALL');
  const victim = candidates[Math.floor(chance() * candidates.length)];
  if (!victim) return notDone('nobody was idle or in a call');
  return { detail: victim.user, work: way.corrupt?.(victim.user).then(lookForSplits) };
}
