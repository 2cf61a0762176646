import type { Logger } from '../lib/log';
import type { Random } from '../lib/random';
import type { Crowd } from './crowd';
import type { Disturbance } from './disturbance';
import type { Fault } from './fault';
import type { Way } from './way';

/** What can be done to the Redis under a run. */
export interface Host {
  restartRedis(): Promise<void>;
  pauseRedis(forMs: number): Promise<void>;
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
  host: Host | undefined;
  way: Way;
  chance: Random;
  log: Logger;
  /** Milliseconds since the run began. */
  now: number;
  restartWorkers: (afterMs: number) => Promise<void>;
}

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
      if (!host) return 'not done: this Redis belongs to somebody';
      goOn(context, host.restartRedis());
      return 'the embedded store';
    case 'pause-redis':
      if (!host) return 'not done: this Redis belongs to somebody';
      goOn(context, host.pauseRedis(fault.for));
      return `the embedded store for ${fault.for} ms`;
    case 'restart-matcher':
      goOn(context, context.restartWorkers(fault.for));
      return `for ${fault.for} ms`;
    case 'corrupt-user':
      return corrupt(context);
  }
}

/** Somebody who is in the queue or idle, since those stay where they are for a while. */
function corrupt(context: StrikeContext): string {
  const { crowd, way, chance } = context;
  const candidates = crowd.present.filter(({ belief }) => belief === 'IDLE' || belief === 'IN_CALL');
  const victim = candidates[Math.floor(chance() * candidates.length)];
  if (!victim) return 'nobody was there';
  goOn(context, way.corrupt(victim.user));
  return victim.user;
}

function goOn({ log }: StrikeContext, work: Promise<void>): void {
  work.catch((fault: unknown) => log.warn({ err: fault }, 'a fault did not strike as it should'));
}
