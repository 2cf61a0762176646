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
}

/** A fault that struck, for the report. */
export interface Strike {
  /** Milliseconds since the run began. */
  at: number;
  fault: Fault['do'];
  /** Whom or what it hit; why it did not, where it could not. */
  detail: string;
}

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

const NOT_HERE = {
  redis: 'not done: only a private redis-server of the console’s own can be broken',
  server: 'not done: no server process can be started from here',
  corrupt: 'not done: the API lets nobody damage a user',
  matcher: 'not done: the pairing is done by the server',
} as const;

/** Lets a fault strike now. What takes its time goes on by itself, and its failure is logged. */
export function strike(fault: Fault, context: StrikeContext): Strike {
  const { now } = context;
  return { at: Math.round(now), fault: fault.do, detail: act(fault, context) };
}

function act(fault: Fault, context: StrikeContext): string {
  const { crowd, disturbance, host, now } = context;
  switch (fault.do) {
    case 'kill-clients': {
      const hit = crowd.some(fault.share);
      for (const person of hit) crowd.kill(person);
      return `${hit.length} people`;
    }
    case 'freeze-heartbeats': {
      const hit = crowd.some(fault.share);
      for (const person of hit) crowd.freeze(person, now + fault.for);
      return `${hit.length} people for ${fault.for} ms`;
    }
    case 'delay-replies':
      disturbance.delay = { byMs: fault.by, untilMs: now + fault.for };
      return `by ${fault.by} ms for ${fault.for} ms`;
    case 'drop-replies':
      disturbance.drop = { share: fault.share, untilMs: now + fault.for };
      return `${Math.round(fault.share * 100)} % for ${fault.for} ms`;
    case 'restart-redis':
      if (!host.restartRedis) return NOT_HERE.redis;
      goOn(context, host.restartRedis());
      return 'the private server';
    case 'pause-redis':
      if (!host.pauseRedis) return NOT_HERE.redis;
      goOn(context, host.pauseRedis(fault.for));
      return `the private server for ${fault.for} ms`;
    case 'kill-server':
      if (!host.startServer) return NOT_HERE.server;
      goOn(context, context.killServer(host.startServer, fault.for));
      return `a server process after ${fault.for} ms of work`;
    case 'restart-matcher':
      if (!context.way.serve) return NOT_HERE.matcher;
      goOn(context, context.restartWorkers(fault.for));
      return `for ${fault.for} ms`;
    case 'corrupt-user':
      return corrupt(context);
  }
}

/**
 * Somebody who is idle or talks, since those stay where they are for a while. Looked at at once: the victim's next move
 * heals what was damaged, and that may come before the next look at everything.
 */
function corrupt(context: StrikeContext): string {
  const { crowd, way, chance, lookForSplits } = context;
  if (!way.corrupt) return NOT_HERE.corrupt;
  const candidates = crowd.present.filter(({ belief }) => belief === 'IDLE' || belief === 'IN_CALL');
  const victim = candidates[Math.floor(chance() * candidates.length)];
  if (!victim) return 'nobody was there';
  goOn(context, way.corrupt(victim.user).then(lookForSplits));
  return victim.user;
}

function goOn({ log }: StrikeContext, work: Promise<void>): void {
  work.catch((fault: unknown) => log.warn({ err: fault }, 'a fault did not strike as it should'));
}
