import { describe, expect, it } from 'vitest';
import type { UserDetails } from '@shared/contract/users';
import { stuckReasons } from '../../../src/renderer/views/users/stuck';

const AT = 1_000_000;
const user = (more: Partial<UserDetails>): UserDetails =>
  ({
    user: 'ann',
    at: AT,
    state: 'IDLE',
    since: AT - 5_000,
    states: [{ state: 'IDLE', since: AT - 5_000 }],
    heartbeat: { lastAt: AT, stale: false, grace: null },
    partner: null,
    ...more,
  }) as UserDetails;
const keysOf = (more: Partial<UserDetails>) => stuckReasons(user(more)).map(({ key, mend }) => [key, mend]);
const partner = { user: 'ben', state: 'IN_CALL', mutual: true } as const;

describe('why a user is stuck', () => {
  it('says nothing of whoever gets on', () => {
    expect(keysOf({})).toEqual([]);
    expect(keysOf({ state: 'IN_CALL', partner, since: AT - 3_600_000 })).toEqual([]);
    expect(keysOf({ state: 'CONNECTING', partner: { ...partner, state: 'CONNECTING' } })).toEqual([]);
  });

  it('offers a sweep to whoever is too long on the way', () => {
    const connecting = { state: 'CONNECTING', partner: { ...partner, state: 'CONNECTING' } } as const;
    expect(keysOf({ ...connecting, since: AT - 15_001 })).toEqual([['too-long', 'sweep']]);
    expect(keysOf({ state: 'DISCONNECTING', since: AT - 10_001 })).toEqual([['too-long', 'sweep']]);
  });

  it('offers a scan to whoever is damaged', () => {
    const states: UserDetails['states'] = [
      { state: 'IDLE', since: 1 },
      { state: 'WAITING', since: 2 },
    ];
    expect(keysOf({ state: null, states })).toEqual([['split', 'scan']]);
    expect(keysOf({ state: 'IN_CALL' })).toEqual([['alone', 'scan']]);
    expect(keysOf({ state: 'IN_CALL', partner: { ...partner, mutual: false } })).toEqual([
      ['partner', 'scan'],
    ]);
    expect(keysOf({ state: 'IN_CALL', partner: { ...partner, state: 'IDLE' } })).toEqual([
      ['partner', 'scan'],
    ]);
  });

  it('offers a sweep to whoever is silent', () => {
    const heartbeat = { lastAt: 1, stale: true, grace: null };
    expect(keysOf({ heartbeat })).toEqual([['heartbeat-stale', 'sweep']]);
    expect(keysOf({ heartbeat, state: 'WAITING' })).toEqual([]);
  });
});
