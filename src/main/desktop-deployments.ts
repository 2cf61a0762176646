import { START } from '@shared/contract/connections';
import type { Session } from '@shared/contract/session';
import type { Dispatcher } from './api/dispatch';

/** The operations by which a page learns which deployment it shows from then on. */
const ENTRANCES: ReadonlySet<string> = new Set(['session.get', 'connections.open']);

/** A dispatcher for one page that tells which deployment the page has been given, whenever it was given one. */
export function noteDeployment(
  dispatcher: Dispatcher,
  note: (deployment: Session['deployment']) => void,
): Dispatcher {
  return {
    ...dispatcher,
    async invoke(name, input, caller) {
      const answer = await dispatcher.invoke(name, input, caller);
      if (answer.ok && ENTRANCES.has(name)) note((answer.value as Session).deployment);
      return answer;
    },
  };
}

/** What a deployment is remembered by from one start to the next. */
export function lastingName({ connection, address, embedded }: Session['deployment']): string {
  if (embedded !== null) return 'sandbox';
  return connection === START ? address : connection;
}
