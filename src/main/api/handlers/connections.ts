import type { ConnectionProfile, SecretChanges } from '@shared/contract/connections';
import type { Connections } from '../../connections/connections';
import type { Examination } from '../../connections/examine';
import type { Handlers } from '../dispatch';
import type { OpenDeployments } from '../open-deployments';

type ConnectionHandlers = Pick<
  Handlers,
  'connections.list' | 'connections.open' | 'connections.save' | 'connections.remove' | 'connections.test'
>;

export interface ConnectionSources {
  connections: Connections;
  deployments: OpenDeployments;
  /** Tries a profile, saved or not. */
  examine: (profile: ConnectionProfile, changes: SecretChanges) => Promise<Examination>;
}

/** The connections of the console: they belong to no deployment, so that each can be reached from each. */
export function connectionHandlers({
  connections,
  deployments,
  examine,
}: ConnectionSources): ConnectionHandlers {
  return {
    'connections.list': () => connections.list(),
    async 'connections.open'({ id }, { actor }) {
      const { session, role } = await deployments.open(id);
      return { ...session, actor, role };
    },
    'connections.save': ({ profile, secrets, create }) => connections.save(profile, secrets, create),
    'connections.remove': async ({ id }) => ({ removed: await connections.remove(id) }),
    'connections.test': ({ profile, secrets }) => examine(profile, secrets),
  };
}
