import { DEFAULT_POOL } from '@shared/contract/common';
import type { Session } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';

/** Where the simulator is, which decides what it may do. */
export interface Place {
  /** The deployment, as people call it. */
  name: string;
  environment: Session['deployment']['environment'];
  readOnly: boolean;
  /** The people that an embedded store can carry; null on a Redis that somebody named. */
  embeddedMaxUsers: number | null;
}

/** Why nobody may ever be simulated here, or null. */
export function whyNever({ environment, readOnly }: Place): string | null {
  if (environment === 'production')
    return 'This deployment is marked as production: nobody is ever simulated here.';
  return readOnly ? 'This connection is read-only: simulated people would change it.' : null;
}

/**
 * The pool to run in.
 * @param own the pool of the console, for the sandbox
 * @throws SwitchboardError `simulation_refused` where none may be used
 */
export function allowedPool(place: Place, asked: string | undefined, own: string): string {
  const never = whyNever(place);
  if (never !== null) throw new SwitchboardError('simulation_refused', never);
  if (place.embeddedMaxUsers !== null) return asked ?? own;
  if (asked !== undefined && asked !== DEFAULT_POOL) return asked;
  throw new SwitchboardError(
    'simulation_refused',
    'This Redis belongs to somebody: simulated people need a pool of their own here. Name one, for example "simulated".',
  );
}

/** @throws SwitchboardError `bad_input` when the store cannot carry so many people */
export function demandRoom({ embeddedMaxUsers: limit }: Place, people: number): void {
  if (limit === null || people <= limit) return;
  throw new SwitchboardError(
    'bad_input',
    `This store can carry ${limit} simulated people, not ${people}. Install redis-server, or name a Redis, for more.`,
  );
}
