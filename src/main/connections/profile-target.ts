import { readFile } from 'node:fs/promises';
import type { ConnectionProfile, SecretChanges, SecretName } from '@shared/contract/connections';
import { SwitchboardError } from '@shared/errors';
import type { SecretStore } from '../lib/secret-store';
import type { Endpoint, RedisTarget, TlsSettings } from '../redis/target';

/** The name under which a secret of a profile is kept. */
export function secretOf(profile: string, secret: SecretName): string {
  return `${profile}.${secret}`;
}

/**
 * How a profile's Redis is reached: its settings, its secrets and its certificates put together.
 * @param changes secrets that are not kept yet, and count before those that are
 * @throws SwitchboardError `secrets_unavailable`, or `bad_input` for a certificate that cannot be read
 */
export async function targetOf(
  profile: ConnectionProfile,
  secrets: SecretStore,
  changes: SecretChanges = {},
): Promise<RedisTarget> {
  const secret = async (name: SecretName) => {
    const changed = changes[name];
    return changed === undefined ? await secrets.read(secretOf(profile.id, name)) : changed;
  };
  const password = await secret('password');
  const passphrase = profile.tls?.keyFile ? await secret('key-passphrase') : null;
  const tls = profile.tls ? await readTls(profile.tls, passphrase) : null;
  const sentinelPassword = profile.endpoint.kind === 'sentinel' ? await secret('sentinel-password') : null;
  return {
    ...addressOfProfile(profile, sentinelPassword),
    ...(password === null ? {} : { password }),
    tls,
  };
}

/** The address of a profile without secrets and certificates: enough to show it. */
export function addressOfProfile(
  { endpoint, username, db, tls }: ConnectionProfile,
  sentinelPassword: string | null = null,
): RedisTarget {
  return {
    endpoint: toEndpoint(endpoint, sentinelPassword),
    ...(username ? { username } : {}),
    db,
    tls: tls && {},
  };
}

function toEndpoint(endpoint: ConnectionProfile['endpoint'], sentinelPassword: string | null): Endpoint {
  if (endpoint.kind !== 'sentinel') return endpoint;
  const { username, ...rest } = endpoint;
  return {
    ...rest,
    ...(username ? { username } : {}),
    ...(sentinelPassword === null ? {} : { password: sentinelPassword }),
  };
}

async function readTls(
  { caFile, certFile, keyFile, serverName }: NonNullable<ConnectionProfile['tls']>,
  passphrase: string | null,
): Promise<TlsSettings> {
  return {
    ...(caFile ? { ca: await readPem(caFile, 'the authority') } : {}),
    ...(certFile ? { cert: await readPem(certFile, 'the certificate') } : {}),
    ...(keyFile ? { key: await readPem(keyFile, 'the key') } : {}),
    ...(serverName ? { serverName } : {}),
    ...(passphrase === null ? {} : { passphrase }),
  };
}

async function readPem(file: string, what: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown';
    throw new SwitchboardError(
      'bad_input',
      `The file of ${what}, ${file}, cannot be read (${code}). Correct its path, or give yourself the right to read it.`,
      { file },
    );
  }
  if (text.includes('-----BEGIN ')) return text;
  throw new SwitchboardError(
    'bad_input',
    `The file of ${what}, ${file}, is not in PEM form (it has no line "-----BEGIN …"). Convert it with openssl.`,
    { file },
  );
}
