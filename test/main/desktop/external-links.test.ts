import { describe, expect, it } from 'vitest';
import { isExternalLink } from '../../../src/main/desktop/external-links';

describe('links that may leave the application', () => {
  it.each(['https://redis.io/docs/latest/', 'https://valkey.io', 'https://www.electronjs.org/docs?x#y'])(
    'lets %s go',
    (address) => expect(isExternalLink(address)).toBe(true),
  );

  it.each([
    '',
    'redis.io',
    'http://redis.io/',
    'https://redis.io.evil.example/',
    'https://evil.example/https://redis.io/',
    'https://redis.io@evil.example/',
    'https://user:password@redis.io/',
    'https://redis.io:8443/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://redis.io/share',
    'ms-settings:privacy',
    '\\\\redis.io\\share',
  ])('keeps %j', (address) => expect(isExternalLink(address)).toBe(false));
});
