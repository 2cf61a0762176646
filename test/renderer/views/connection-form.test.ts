import { describe, expect, it } from 'vitest';
import { connectionProfile } from '@shared/contract/connections';
import {
  type FormValues,
  idFromName,
  profileForm,
  secretsOf,
  valuesOf,
} from '../../../src/renderer/views/connections/form-values';

const filled: FormValues = { ...valuesOf(null), id: 'eu', name: 'Europe', host: 'cache.example' };

/** The fields that are wrong, each with what is said there. */
function faultsOf(change: Partial<FormValues>): Record<string, string> {
  const { error } = profileForm.safeParse({ ...filled, ...change });
  return Object.fromEntries((error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]));
}

describe('the form of a connection', () => {
  it('begins safe: in production, read-only, for a viewer', () => {
    expect(profileForm.parse(filled)).toMatchObject({
      environment: 'production',
      readOnly: true,
      role: 'viewer',
      endpoint: { kind: 'tcp', host: 'cache.example', port: 6379 },
      tls: null,
    });
  });

  it.each([
    { kind: 'tcp', host: '::1', port: 6380 },
    { kind: 'socket', path: '/run/redis.sock' },
    {
      ...{ kind: 'sentinel', primary: 'matching', username: 'watcher' },
      sentinels: [
        { host: 'a.example', port: 26379 },
        { host: '::1', port: 26380 },
      ],
    },
    { kind: 'cluster', nodes: [{ host: '10.0.0.1', port: 7000 }] },
  ])('shows a profile of the kind $kind and reads it back as it was', (endpoint) => {
    const tls = endpoint.kind === 'socket' ? null : { caFile: '/ca.pem', serverName: 'cache' };
    const profile = connectionProfile.parse({
      ...{ id: 'eu', name: 'Europe', environment: 'staging', username: 'ops', pool: 'asia', endpoint, tls },
    });
    expect(profileForm.parse(valuesOf(profile))).toEqual(profile);
  });

  it('takes addresses on lines or with commas, and the usual port where there is none', () => {
    const form = { ...filled, kind: 'sentinel' as const, primary: 'm', addresses: 'a, b:1\n [::1]:2\n' };
    expect(profileForm.parse(form).endpoint).toMatchObject({
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 1 },
        { host: '::1', port: 2 },
      ],
    });
  });

  it('says what is wrong at the field that it belongs to', () => {
    expect(faultsOf({ port: 'x' })).toEqual({ port: 'write a number' });
    expect(Object.keys(faultsOf({ host: 'redis://a' }))).toEqual(['host']);
    expect(Object.keys(faultsOf({ kind: 'cluster', addresses: '' }))).toEqual(['addresses']);
    expect(Object.keys(faultsOf({ kind: 'cluster', addresses: 'a:99999999' }))).toEqual(['addresses']);
    expect(Object.keys(faultsOf({ encrypted: true, certFile: '/c.pem' }))).toEqual(['keyFile']);
    expect(Object.keys(faultsOf({ id: 'start', name: ' ', pool: 'A b' })).sort()).toEqual([
      'id',
      'name',
      'pool',
    ]);
  });

  it('sends only the secrets that were typed, and that the kind has', () => {
    expect(secretsOf(filled)).toEqual({});
    const typed = { ...filled, password: 'p', sentinelPassword: 's', keyPassphrase: 'k' };
    expect(secretsOf(typed)).toEqual({ password: 'p' });
    expect(secretsOf({ ...typed, kind: 'sentinel', encrypted: true })).toEqual({
      ...{ password: 'p', 'sentinel-password': 's', 'key-passphrase': 'k' },
    });
  });

  it('makes an id of a name', () => {
    expect(idFromName('Europe, live (2)')).toBe('europe-live-2');
    expect(idFromName('Zürich')).toBe('zurich');
  });
});
