import { SwitchboardError } from '@shared/errors';
import type { SecretStore } from './secret-store';

const PREFIX = 'SWITCHBOARD_SECRET_';

const EXPLANATION = `Secrets are read from the environment: SWITCHBOARD_SECRET_ and the name, such as ${secretVariable('staging.password')}. This process keeps none itself.`;

/** The variable in which a secret is looked for: `staging.password` is `SWITCHBOARD_SECRET_STAGING_PASSWORD`. */
export function secretVariable(name: string): string {
  return `${PREFIX}${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
}

/** Secrets that whoever started this process put into its environment; all there is where no keychain is. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): SecretStore {
  const refuse = (name: string) => {
    throw new SwitchboardError(
      'secrets_unavailable',
      `Secrets are not kept here. Set ${secretVariable(name)} in the environment of Switchboard and start it again.`,
      { variable: secretVariable(name) },
    );
  };
  return {
    keeping: () => Promise.resolve({ writable: false, explanation: EXPLANATION }),
    // An empty variable is how a shell says that there is none.
    read: (name) => Promise.resolve(env[secretVariable(name)] || null),
    write: async (name) => Promise.resolve(name).then(refuse),
    remove: () => Promise.resolve(),
  };
}
