import { rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectionProfile, type SecretChanges } from '@shared/contract/connections';
import { type Examination, examine } from '../../../src/main/connections/examine';
import { targetOf } from '../../../src/main/connections/profile-target';
import { systemClock } from '../../../src/main/lib/clock';
import { type AuthorityFiles, makeAuthority } from '../../support/authority';
import { makeCertificates, type TestCertificates } from '../../support/certificates';
import { type TestCluster, startCluster } from '../../support/redis-cluster';
import { manage } from '../../support/redis-manager';
import { freePort, startRedisServer, type TestRedis } from '../../support/redis-server';
import { PRIMARY_NAME, startSentinels, type TestSentinels } from '../../support/redis-sentinel';
import { memorySecrets } from '../../support/secrets';

const TIMEOUTS = { connectMs: 1_500, commandMs: 1_000 };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(...options: Parameters<typeof startRedisServer>): Promise<TestRedis> {
  const redis = await startRedisServer(...options);
  cleanups.push(() => redis.stop());
  return redis;
}

function listening(fake: Server): Promise<number> {
  cleanups.push(() => new Promise((resolve) => fake.close(resolve)));
  return new Promise((resolve) =>
    fake.listen(0, '127.0.0.1', () => resolve((fake.address() as AddressInfo).port)),
  );
}

const tcp = (port: number, host = '127.0.0.1') => ({ endpoint: { kind: 'tcp', host, port } });

const profileOf = (change: object) =>
  connectionProfile.parse({ id: 'eu', name: 'Europe', environment: 'staging', ...change });

function tested(
  change: object,
  secrets: SecretChanges = {},
  kept: Record<string, string> = {},
): Promise<Examination> {
  return examine(profileOf(change), secrets, {
    secrets: memorySecrets(kept),
    timeouts: TIMEOUTS,
    clock: systemClock,
  });
}

/** Why a console that opens the profile has no connection. */
async function refusalOfConsole(change: object): Promise<string | undefined> {
  const target = await targetOf(profileOf(change), memorySecrets());
  const manager = manage('redis://unused', { target, maxAttempts: 0, timeouts: TIMEOUTS });
  const { lastError } = await manager.start();
  await manager.shutdown();
  return lastError?.message;
}

/** The stage that failed, with what was said; the ones after it must not have been reached. */
function failure({ ok, stages }: Examination): { stage: string; found: string; advice: string | null } {
  expect(ok).toBe(false);
  const at = stages.findIndex(({ status }) => status === 'failed');
  const [failed, ...after] = stages.slice(at);
  if (!failed) throw new Error('nothing failed');
  expect(after.every(({ status }) => status === 'skipped')).toBe(true);
  expect(failed.advice, 'says what to try').toBeTruthy();
  return failed;
}

const statusOf = ({ stages }: Examination, stage: string) => stages.find((one) => one.stage === stage);

describe('a test of a connection', () => {
  it('goes through every stage of a good one', async () => {
    const redis = await server();
    const client = new Redis(redis.url);
    await client.zadd('matching:waiting', 1, 'ann', 2, 'ben');
    client.disconnect();
    const result = await tested(tcp(redis.port));
    expect(result.stages.map(({ stage, status }) => `${stage} ${status}`)).toEqual(
      [
        'settings',
        'name',
        'port',
        'tls',
        'redis',
        'user',
        'role',
        'version',
        'permissions',
        'keys',
        'clock',
      ].map((stage) => `${stage} ok`),
    );
    expect(statusOf(result, 'keys')?.found).toBe('2 users in the pool default.');
    expect(result).toMatchObject({ ok: true, permissions: { user: 'default', known: true, missing: [] } });
  });

  it('changes nothing', async () => {
    const redis = await server();
    await tested(tcp(redis.port));
    const client = new Redis(redis.url);
    expect(await client.dbsize()).toBe(0);
    client.disconnect();
  });

  it('works over a socket', async () => {
    const redis = await server({ unixSocket: true });
    expect(await tested({ endpoint: { kind: 'socket', path: redis.socket } })).toMatchObject({ ok: true });
  });

  it('says when nobody is there yet, and which pools are', async () => {
    const redis = await server();
    expect(statusOf(await tested(tcp(redis.port)), 'keys')).toMatchObject({
      status: 'warning',
      advice: expect.stringMatching(/right for a new deployment/) as string,
    });
    const client = new Redis(redis.url);
    await client.sadd('matching:pools', 'asia');
    client.disconnect();
    expect(statusOf(await tested(tcp(redis.port)), 'keys')?.advice).toMatch(/the pools asia/);
  });
});

describe('each way of failing has its own diagnosis', () => {
  it.each([
    [
      'a name that does not resolve',
      'name',
      () => Promise.resolve(tcp(6379, 'no-such-host.invalid')),
      /is not known/,
    ],
    ['nobody at the port', 'port', async () => tcp(await freePort()), /Nothing is listening/],
    [
      'no such socket',
      'port',
      () => Promise.resolve({ endpoint: { kind: 'socket', path: '/nowhere/r.sock' } }),
      /Nothing is listening/,
    ],
    ['a web server', 'redis', async () => tcp(await listening(createHttpServer())), /is not a Redis/],
    [
      'something that says nothing',
      'redis',
      async () => tcp(await listening(createServer((socket) => socket.resume().on('error', () => {})))),
      /says nothing/,
    ],
    [
      'a missing password',
      'user',
      async () => tcp((await server({ args: ['--requirepass', 'secret-1'] })).port),
      /wants a password/,
    ],
    [
      'a server without room',
      'port',
      async () => {
        const redis = await server({ args: ['--maxclients', '1'] });
        const client = new Redis(redis.url);
        cleanups.push(() => client.disconnect());
        await client.ping();
        return tcp(redis.port);
      },
      /no room for another client/,
    ],
    [
      'a server that hangs, and whose queue is full',
      'port',
      async () => {
        const redis = await server({ args: ['--tcp-backlog', '1'] });
        redis.pause();
        cleanups.push(() => redis.resume());
        for (let waiting = 0; waiting < 4; waiting += 1) {
          const socket = connect(redis.port, '127.0.0.1').on('error', () => {});
          cleanups.push(() => socket.destroy());
        }
        return tcp(redis.port);
      },
      /Nothing answers/,
    ],
    [
      'a replica that lost its primary and says nothing without it',
      'redis',
      async () => {
        const primary = ['--replicaof', `127.0.0.1 ${await freePort()}`];
        return tcp((await server({ args: [...primary, '--replica-serve-stale-data', 'no'] })).port);
      },
      /a replica without its primary/,
    ],
    [
      'a database that is not there',
      'redis',
      async () => ({ ...tcp((await server()).port), db: 99 }),
      /no database of this number/,
    ],
    [
      'a Sentinel taken for a server',
      'redis',
      async () => tcp((await server({ args: ['--sentinel'] })).port),
      /is a Redis Sentinel/,
    ],
    [
      'a certificate that is not there',
      'settings',
      async () => ({ ...tcp((await server()).port), tls: { caFile: '/nowhere/ca.pem' } }),
      /cannot be read \(ENOENT\)/,
    ],
    [
      'a plain server where TLS is wanted',
      'tls',
      async () => ({ ...tcp((await server()).port), tls: {} }),
      /does not answer a TLS handshake/,
    ],
    [
      'a key of another type',
      'keys',
      async () => {
        const redis = await server();
        const client = new Redis(redis.url);
        await client.set('matching:idle', 'text');
        client.disconnect();
        return tcp(redis.port);
      },
      /matching:idle.*holds another type/,
    ],
  ])('%s: %s', async (_what, stage, change, words) => {
    const { stage: failedAt, found } = failure(await tested(await change()));
    expect(failedAt).toBe(stage);
    expect(found).toMatch(words);
  });

  it('a wrong password, which is shown nowhere; the right one is taken from the kept secrets', async () => {
    const redis = await server({ args: ['--requirepass', 'secret-1'] });
    const wrong = await tested(tcp(redis.port), { password: 'another-2' });
    expect(failure(wrong)).toMatchObject({
      stage: 'user',
      found: expect.stringMatching(/did not accept the user name or password/) as string,
    });
    expect(JSON.stringify(wrong)).not.toContain('another-2');
    expect(await tested(tcp(redis.port), {}, { 'eu.password': 'secret-1' })).toMatchObject({ ok: true });
    // What was typed counts before what is kept.
    expect((await tested(tcp(redis.port), { password: 'x' }, { 'eu.password': 'secret-1' })).ok).toBe(false);
  });

  it('a replica: it can be watched, and says where its primary is', async () => {
    const primary = await server();
    const replica = await server({ args: ['--replicaof', `127.0.0.1 ${primary.port}`] });
    const result = await tested(tcp(replica.port));
    expect(result.ok).toBe(true);
    expect(statusOf(result, 'role')).toMatchObject({
      status: 'warning',
      found: expect.stringContaining(`A replica of 127.0.0.1:${primary.port}`) as string,
    });
  });

  it('a user who may not do everything: what, and the rule that allows it', async () => {
    const rules = ['on', '>pw', '~*', '+@all', '-zadd', '-scan'];
    const redis = await server({ args: ['--user', 'half', ...rules] });
    const result = await tested({ ...tcp(redis.port), username: 'half' }, { password: 'pw' });
    expect(result.ok).toBe(true);
    expect(statusOf(result, 'permissions')).toMatchObject({
      status: 'warning',
      found: expect.stringMatching(
        /^half may not: scan for damage; find the pools; move users, and undo it;/,
      ) as string,
      advice: expect.stringMatching(/ACL SETUSER half .*\+scan .*\+zadd/) as string,
    });
  });

  it('a user who may not see the numbers: that is a failure', async () => {
    const redis = await server({ args: ['--user', 'blind', 'on', '>pw', '~*', '+@all', '-@scripting'] });
    const found = failure(await tested({ ...tcp(redis.port), username: 'blind' }, { password: 'pw' }));
    expect(found).toMatchObject({
      stage: 'permissions',
      advice: expect.stringMatching(/\+eval \+evalsha/) as string,
    });
  });
});

describe('an encrypted connection with a certificate of our own', () => {
  let files: AuthorityFiles;
  let stranger: TestCertificates;
  let redis: TestRedis;
  let port: number;
  beforeAll(async () => {
    files = makeAuthority();
    stranger = makeCertificates();
    port = await freePort();
    redis = await startRedisServer({ args: encrypted(port, files.serverCert) });
  });
  afterAll(async () => {
    await redis.stop();
    stranger.remove();
    files.remove();
  });
  const encrypted = (at: number, certificate: string) => [
    ...['--tls-port', String(at), '--tls-auth-clients', 'yes', '--tls-ca-cert-file', files.ca],
    ...['--tls-cert-file', certificate, '--tls-key-file', files.serverKey],
  ];
  const full = () => ({ caFile: files.ca, certFile: files.clientCert, keyFile: files.clientKey });

  it('is made', async () => {
    const result = await tested({ ...tcp(port, 'localhost'), tls: full() });
    expect(statusOf(result, 'tls')?.found).toMatch(/speaks TLSv1\.[23] with a certificate that is trusted/);
    expect(statusOf(result, 'redis')?.status).toBe('ok');
    expect(result.ok).toBe(true);
  });

  it('is made to an address, with the name that the certificate has', async () => {
    const result = await tested({ ...tcp(port), tls: { ...full(), serverName: 'localhost' } });
    expect(result.ok).toBe(true);
  });

  it('warns of a certificate that ends soon', async () => {
    const result = await tested({ ...tcp(port, 'localhost'), tls: full() });
    expect(statusOf(result, 'tls')).toMatchObject({
      status: 'warning',
      found: expect.stringMatching(/ends in (1 day|2 days)\./) as string,
    });
  });

  it.each([
    ['without our certificate', () => ({ caFile: files.ca }), /demands a certificate of ours, and got none/],
    [
      'with one of another authority',
      () => ({ caFile: files.ca, certFile: stranger.certFile, keyFile: stranger.keyFile }),
      /refuses our certificate \(.*unknown ca\)/,
    ],
    [
      'with one that has expired',
      () => ({ ...full(), certFile: files.expiredClientCert }),
      /refuses our certificate, because it has expired/,
    ],
    [
      'with the key of another one',
      () => ({ ...full(), keyFile: files.serverKey }),
      /our key does not belong to our certificate/,
    ],
    [
      'with a key whose passphrase is missing',
      () => ({ ...full(), keyFile: files.encryptedClientKey }),
      /its passphrase is missing or wrong/,
    ],
    [
      'without its authority',
      () => ({ certFile: files.clientCert, keyFile: files.clientKey }),
      /not from an authority that is trusted here/,
    ],
    [
      'under another name',
      () => ({ ...full(), serverName: 'elsewhere.example' }),
      /made for another name: Host: elsewhere\.example\. is not in/,
    ],
    ['without encryption', () => null, /takes encrypted connections only/],
  ])('is refused %s, and a console says so in the same words', async (_how, tls, words) => {
    const { stage, found } = failure(await tested({ ...tcp(port, 'localhost'), tls: tls() }));
    expect({ stage, found }).toEqual({ stage: 'tls', found: expect.stringMatching(words) as string });
    expect(await refusalOfConsole({ ...tcp(port, 'localhost'), tls: tls() })).toContain(found);
  });

  it('is refused where its own certificate has expired', async () => {
    const at = await freePort();
    await server({ args: encrypted(at, files.expiredServerCert) });
    expect(failure(await tested({ ...tcp(at, 'localhost'), tls: full() }))).toMatchObject({
      stage: 'tls',
      found: expect.stringMatching(/^The certificate of .* has expired\.$/) as string,
    });
  });

  it('is made with a key that is encrypted, and its passphrase', async () => {
    const tls = { ...full(), keyFile: files.encryptedClientKey };
    const result = await tested({ ...tcp(port, 'localhost'), tls }, { 'key-passphrase': files.passphrase });
    expect(result.ok).toBe(true);
  });

  it('is refused with a file that is no certificate', async () => {
    const file = join(files.folder, 'not.pem');
    writeFileSync(file, 'hello');
    expect(failure(await tested({ ...tcp(port, 'localhost'), tls: { caFile: file } }))).toMatchObject({
      stage: 'settings',
      found: expect.stringMatching(/is not in PEM form/) as string,
    });
    rmSync(file);
  });
});

describe('Sentinels and clusters', () => {
  let sentinels: TestSentinels;
  let cluster: TestCluster;
  beforeAll(async () => {
    [sentinels, cluster] = await Promise.all([startSentinels(), startCluster()]);
  }, 60_000);
  afterAll(() => Promise.all([sentinels.stop(), cluster.stop()]));

  it('are found good', async () => {
    const { endpoint } = sentinels.target;
    const throughSentinels = await tested({ endpoint });
    expect(throughSentinels.ok).toBe(true);
    expect(statusOf(throughSentinels, 'role')?.found).toContain(String(sentinels.primary.port));
    const wholeCluster = await tested({ endpoint: cluster.target.endpoint });
    expect(wholeCluster.ok).toBe(true);
    expect(statusOf(wholeCluster, 'role')?.found).toMatch(/cluster of 3 primaries/);
  });

  it('say when the primary has another name, and which there are', async () => {
    const found = failure(await tested({ endpoint: { ...sentinels.target.endpoint, primary: 'wrong' } }));
    expect(`${found.found} ${found.advice}`).toMatch(
      new RegExp(`does not know a primary named "wrong": it watches ${PRIMARY_NAME}`),
    );
  });

  it('say when one of them does not answer, and work all the same', async () => {
    const { endpoint } = sentinels.target;
    if (endpoint.kind !== 'sentinel') throw new Error('unexpected');
    const more = [...endpoint.sentinels, { host: '127.0.0.1', port: await freePort() }];
    const result = await tested({ endpoint: { ...endpoint, sentinels: more } });
    expect(result.ok).toBe(true);
    const { port } = more[3] ?? { port: 0 };
    expect(statusOf(result, 'port')).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining(`Nothing is listening at 127.0.0.1:${port}.`) as string,
    });
  });

  it('are told from single servers', async () => {
    const node = cluster.primaries[0]?.port ?? 0;
    expect(failure(await tested(tcp(node)))).toMatchObject({
      stage: 'role',
      advice: expect.stringMatching(/Choose the kind Cluster/) as string,
    });
    const watcher = [{ host: '127.0.0.1', port: sentinels.sentinels[0]?.port ?? 0 }];
    expect(failure(await tested({ endpoint: { kind: 'cluster', nodes: watcher } })).found).toMatch(
      /knows nothing of clusters/,
    );
    const alone = await server();
    const nodes = [{ host: '127.0.0.1', port: alone.port }];
    expect(failure(await tested({ endpoint: { kind: 'cluster', nodes } })).found).toMatch(
      /not part of a cluster/,
    );
  });
});
