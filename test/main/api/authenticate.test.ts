import { describe, expect, it } from 'vitest';
import {
  createAuthenticator,
  demandKeyBeyondLoopback,
  demandRole,
  readTokens,
  secretOf,
} from '../../../src/main/api/authenticate';

const anonymous = { actor: 'api', role: 'operator' } as const;
const shop = { actor: 'shop', role: 'operator', secret: 'a-key-of-the-shop-1' } as const;

describe('createAuthenticator', () => {
  it('lets everybody in as anonymous without keys, and does not even look', () => {
    const authenticator = createAuthenticator({ tokens: [], anonymous });
    expect(authenticator.required).toBe(false);
    const look = () => {
      throw new Error('looked');
    };
    expect(authenticator.authenticate(look)).toBe(anonymous);
  });

  it('knows a caller by the key, and nobody without one', () => {
    const authenticator = createAuthenticator({ tokens: [shop], anonymous });
    expect(authenticator.authenticate(() => shop.secret)).toEqual({ actor: 'shop', role: 'operator' });
    for (const wrong of [null, '', 'a-key-of-the-shop-2', shop.secret.slice(0, -1), `${shop.secret} `])
      expect(() => authenticator.authenticate(() => wrong)).toThrow(
        expect.objectContaining({ code: 'unauthenticated' }) as Error,
      );
  });
});

describe('secretOf', () => {
  it('reads either header, and says so when a scheme is not known', () => {
    expect(secretOf({ authorization: 'Bearer abc' })).toBe('abc');
    expect(secretOf({ authorization: 'bearer  abc' })).toBe('abc');
    expect(secretOf({ apiKey: 'abc' })).toBe('abc');
    expect(secretOf({})).toBeNull();
    for (const authorization of ['Basic abc', 'Bearer', 'Bearer a b', ''])
      expect(() => secretOf({ authorization })).toThrow(/Bearer/);
  });
});

describe('readTokens', () => {
  it('reads names, roles and keys, which may hold colons', () => {
    expect(readTokens('shop:operator:0123456789abcdef, grafana:viewer:with:colon:0123456')).toEqual({
      tokens: [
        { actor: 'shop', role: 'operator', secret: '0123456789abcdef' },
        { actor: 'grafana', role: 'viewer', secret: 'with:colon:0123456' },
      ],
      faults: [],
    });
  });

  it.each([
    ['shop', 'entry 1: write name:role:key'],
    ['shop:boss:0123456789abcdef', 'entry 1: write name:role:key'],
    ['a b:viewer:0123456789abcdef', 'entry 1: write name:role:key'],
    ['shop:viewer:short', 'entry 1: a key is 16 characters or more, without blanks'],
    [
      'a:viewer:0123456789abcdef,b:viewer:0123456789abcdef',
      'entry 2: each name and each key may stand once only',
    ],
  ])('refuses %j without repeating a key', (text, fault) => {
    const { faults } = readTokens(text);
    expect(faults).toEqual([fault]);
    expect(faults.join()).not.toContain('0123456789abcdef');
  });
});

describe('demandRole', () => {
  it('lets a greater role pass', () => {
    expect(() => demandRole({ actor: 'a', role: 'admin' }, 'operator', 'skip')).not.toThrow();
    expect(() => demandRole({ actor: 'a', role: 'viewer' }, 'operator', 'skip')).toThrow(
      /needs the role operator/,
    );
  });
});

describe('demandKeyBeyondLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('lets %s be without a key', (host) => {
    expect(() => demandKeyBeyondLoopback(host, false)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', 'switchboard.example', '127.0.0.1.evil.example'])(
    'wants one for %s',
    (host) => {
      expect(() => demandKeyBeyondLoopback(host, false)).toThrow(/SWITCHBOARD_API_KEY/);
      expect(() => demandKeyBeyondLoopback(host, true)).not.toThrow();
    },
  );
});
