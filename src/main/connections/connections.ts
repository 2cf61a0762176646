import {
  type ConnectionEntry,
  type ConnectionProfile,
  SECRET_NAMES,
  type SecretChanges,
  type SecretName,
} from '@shared/contract/connections';
import type { SecretKeeping, SecretStore } from '../lib/secret-store';
import { describeTarget } from '../redis/target';
import type { ProfileFile } from './profile-file';
import { addressOfProfile, secretOf } from './profile-target';

/** What the connections are made of. */
export interface ConnectionsOptions {
  file: ProfileFile;
  secrets: SecretStore;
  /** The connection that the console was started with. */
  start: () => Omit<ConnectionEntry, 'profile' | 'secrets'>;
  /** Called when a profile or a secret of it has changed: whatever is open by it shows the past. */
  onChanged: (id: string) => Promise<void>;
}

/** Everything about the connections of a console, for a person to look at. */
export interface ConnectionList {
  file: string;
  faults: string[];
  secrets: SecretKeeping;
  connections: ConnectionEntry[];
}

/** The connections that this console can make: the one it was started with, and the profiles. */
export class Connections {
  constructor(private readonly options: ConnectionsOptions) {}

  async list(): Promise<ConnectionList> {
    const { file, secrets, start } = this.options;
    const [{ profiles, faults }, keeping] = await Promise.all([file.list(), secrets.keeping()]);
    return {
      file: file.path,
      faults,
      secrets: keeping,
      connections: [
        { ...start(), profile: null, secrets: [] },
        ...(await Promise.all(profiles.map((profile) => this.entryOf(profile)))),
      ],
    };
  }

  /**
   * Writes a profile and its secrets. Secrets come first: a place that keeps none must not leave a profile behind that
   * cannot be used.
   * @throws SwitchboardError `secrets_unavailable`, `conflict`, `profiles_unusable`
   */
  async save(profile: ConnectionProfile, changes: SecretChanges, create: boolean): Promise<ConnectionEntry> {
    const { file, secrets } = this.options;
    if (create) await file.demandFree(profile.id);
    for (const name of SECRET_NAMES) {
      const change = changes[name];
      if (change === undefined) continue;
      if (change === null) await secrets.remove(secretOf(profile.id, name));
      else await secrets.write(secretOf(profile.id, name), change);
    }
    await file.save(profile);
    await this.options.onChanged(profile.id);
    return this.entryOf(profile);
  }

  /** Forgets a profile and its secrets. @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    const removed = await this.options.file.remove(id);
    for (const name of SECRET_NAMES) await this.options.secrets.remove(secretOf(id, name));
    if (removed) await this.options.onChanged(id);
    return removed;
  }

  private async entryOf(profile: ConnectionProfile): Promise<ConnectionEntry> {
    const { id, name, environment, readOnly, role } = profile;
    const address = describeTarget(addressOfProfile(profile));
    return { id, name, environment, readOnly, role, address, profile, secrets: await this.keptSecrets(id) };
  }

  private async keptSecrets(id: string): Promise<SecretName[]> {
    const { secrets } = this.options;
    const kept = await Promise.all(
      SECRET_NAMES.map(async (name) => {
        // One that cannot be read is there all the same; connecting says what is wrong with it.
        const there = await secrets.read(secretOf(id, name)).catch(() => 'unreadable');
        return there === null ? null : name;
      }),
    );
    return kept.filter((name) => name !== null);
  }
}
