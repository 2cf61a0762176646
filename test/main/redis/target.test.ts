import { describe, expect, it } from 'vitest';
import {
  describeTarget,
  hideSecrets,
  parseRedisUrl,
  secretsOf,
  urlOfTarget,
} from '../../../src/main/redis/target';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379 }, 0],
    ['redis://10.0.0.1:7000/4', { host: '10.0.0.1', port: 7000 }, 4],
    ['redis://[::1]:7000', { host: '::1', port: 7000 }, 0],
    ['rediss://cache.example/', { host: 'cache.example', port: 6379 }, 0],
  ])('reads %s', (url, endpoint, db) => {
    expect(parseRedisUrl(url)).toMatchObject({ endpoint: { kind: 'tcp', ...endpoint }, db });
  });

  it('takes TLS from the scheme only', () => {
    expect(parseRedisUrl('redis://a').tls).toBeNull();
    expect(parseRedisUrl('rediss://a').tls).toEqual({});
  });

  it('reads a socket', () => {
    expect(parseRedisUrl('unix:///run/my%20redis.sock').endpoint).toEqual({
      kind: 'socket',
      path: '/run/my redis.sock',
    });
  });

  it('decodes user and password', () => {
    expect(parseRedisUrl('redis://ada:p%40ss%3A%2F@h')).toMatchObject({
      username: 'ada',
      password: 'p@ss:/',
    });
    expect(parseRedisUrl('redis://:only@h')).toMatchObject({ password: 'only' });
    expect(parseRedisUrl('redis://h')).not.toHaveProperty('password');
  });

  it('reads Sentinels with the name of the primary, and a cluster by some of its nodes', () => {
    expect(parseRedisUrl('redis+sentinel://ada:p%40ss@a,b:5000,[::1]:5001/main/2')).toEqual({
      endpoint: {
        kind: 'sentinel',
        primary: 'main',
        sentinels: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 5_000 },
          { host: '::1', port: 5_001 },
        ],
      },
      ...{ username: 'ada', password: 'p@ss', db: 2, tls: null },
    });
    expect(parseRedisUrl('rediss+cluster://a,b:7001')).toEqual({
      endpoint: {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 6_379 },
          { host: 'b', port: 7_001 },
        ],
      },
      ...{ db: 0, tls: {} },
    });
  });

  it.each([
    ['', /not an address/],
    ['localhost:6379', /"localhost:" is not one of its schemes/],
    ['http://h:6379', /"http:" is not one of its schemes/],
    ['redis://', /names no host/],
    ['redis://h:70000', /not an address/],
    ['redis://h:0', /port 0/],
    ['redis://h/one', /database "one"/],
    ['redis://h/1?x=2', /no \? and no #/],
    ['redis://a:%zz@h', /password holds a %/],
    ['unix://relative.sock', /whole path/],
    ['redis+sentinel://a:1', /name of the primary/],
    ['redis+sentinel://a:1/main/x', /name of the primary/],
    ['redis+sentinel://a,,b/main', /"" is not a host/],
    ['redis+sentinel://a:1,b:0/main', /"b:0" is not a host with a port/],
    ['redis+cluster://a:1,b:x', /"b:x" is not a host with a port/],
    ['redis+cluster://a:1?b', /"a:1\?b" is not a host with a port/],
    ['redis+cluster://a:1/3', /a cluster has the database 0 only/],
    ['http+cluster://a:1', /"http\+cluster:" is not one of its schemes/],
  ])('refuses %j and says what is wrong and what to write', (url, why) => {
    expect(() => parseRedisUrl(url)).toThrow(why);
    expect(() => parseRedisUrl(url)).toThrow(/Write redis:\/\//);
  });

  it('repeats no password in its refusal', () => {
    for (const url of [
      'redis://me:hush@h:0',
      'redis://me:hush@h/x',
      'http://me:hush@h',
      'redis://me:hu%zzsh@h',
      'redis+cluster://me:hush@a:0',
      'redis+sentinel://me:hush/@a/main',
    ])
      expect(() => parseRedisUrl(url)).toThrow(/^(?!.*(hush|hu%zzsh)).*$/s);
  });
});

describe('describeTarget', () => {
  it.each([
    'redis://localhost:6379',
    'rediss://cache.example:6380/2',
    'redis://[::1]:7000',
    'unix:///run/redis.sock',
    'redis://ada@h:6379',
    'redis+sentinel://a:26379,[::1]:5001/main/2',
    'rediss+cluster://ada@a:6379,b:7001',
  ])('shows %s as it was written', (url) => {
    expect(describeTarget(parseRedisUrl(url))).toBe(url);
  });

  it('shows the user and never the password, which is among the secrets', () => {
    const target = parseRedisUrl('redis://ada:hush@h:6379');
    expect(describeTarget(target)).toBe('redis://ada@h:6379');
    expect(secretsOf(target)).toEqual(['hush']);
  });
});

describe('urlOfTarget', () => {
  it.each([
    'redis://ada:p%40ss@h:6379/3',
    'unix:///run/redis.sock',
    'redis+sentinel://:hush@a:26379,b:26379/main/1',
    'rediss+cluster://ada:hush@a:6379,b:7001',
    'redis://h:6379',
  ])('writes %s so that it is read back as it was', (url) => {
    expect(urlOfTarget(parseRedisUrl(url))).toBe(url);
  });
});

describe('hideSecrets', () => {
  it.each([
    ['redis://me:hush@h:6379', 'redis://[removed]@h:6379'],
    ['http://:hush@h', 'http://[removed]@h'],
    ['redis://me:hu@sh@h', 'redis://[removed]@h'],
    ['me:hush@h', '[removed]@h'],
    ['nonsense', 'nonsense'],
  ])('shows %j as %j', (text, shown) => {
    expect(hideSecrets(text)).toBe(shown);
  });
});
