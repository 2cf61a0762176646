import type { Health, Session } from '@shared/contract/session';
import type { Handlers } from '../dispatch';

/** What the session handlers need: who we are connected to, and a way to try again. */
export interface SessionSource {
  session: Omit<Session, 'actor' | 'role'>;
  retry: () => Promise<Health>;
}

/** What the console is connected to, and the retry that a person asks for. */
export function sessionHandlers({
  session,
  retry,
}: SessionSource): Pick<Handlers, 'session.get' | 'connection.retry'> {
  return {
    'session.get': (_input, { actor, role }) => Promise.resolve({ ...session, actor, role }),
    'connection.retry': () => retry(),
  };
}
