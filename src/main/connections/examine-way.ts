import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { failureContext } from '../redis/client';
import { translateRedisError } from '../redis/errors';
import { openSocket, openTls } from '../redis/handshake';
import { describeAddress, type RedisTarget, type ServerEndpoint, serversOf } from '../redis/target';
import type { Finding } from './examine';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A certificate that ends within this is told. */
const SOON_MS = 14 * DAY_MS;

/** Whether the names of the servers resolve. @throws SwitchboardError when none does */
export async function examineNames(target: RedisTarget): Promise<Finding> {
  const hosts = serversOf(target.endpoint).flatMap((server) => (server.kind === 'tcp' ? [server.host] : []));
  const names = [...new Set(hosts)].filter((host) => isIP(host) === 0);
  if (names.length === 0) return { status: 'ok', found: 'There is no name to look up.', advice: null };
  const nameOf = (name: string) => name;
  return anyOf(target, names, nameOf, async (name) => `${name} is ${(await lookup(name)).address}`);
}

/** Whether something listens there. @throws SwitchboardError when nothing does anywhere */
export function examinePorts(target: RedisTarget, timeoutMs: number): Promise<Finding> {
  return anyOf(target, serversOf(target.endpoint), nameOf, async (server) => {
    (await openSocket(server, timeoutMs)).destroy();
    return `${nameOf(server)} accepts connections`;
  });
}

/** Whether encryption can be agreed on, with a certificate that is trusted. @throws SwitchboardError when not */
export async function examineTls(target: RedisTarget, timeoutMs: number): Promise<Finding> {
  const { tls } = target;
  if (!tls) {
    const socket = serversOf(target.endpoint).every(({ kind }) => kind === 'socket');
    return socket
      ? { status: 'ok', found: 'A socket of this machine needs no encryption.', advice: null }
      : { status: 'ok', found: 'Not encrypted, as the settings say.', advice: null };
  }
  let endsAt = Infinity;
  const finding = await anyOf(target, serversOf(target.endpoint), nameOf, async (server) => {
    const secure = await openTls(server, tls, timeoutMs);
    endsAt = Math.min(endsAt, Date.parse(secure.getPeerCertificate().valid_to));
    const protocol = secure.getProtocol() ?? 'TLS';
    secure.destroy();
    return `${nameOf(server)} speaks ${protocol} with a certificate that is trusted`;
  });
  const left = endsAt - Date.now();
  if (left > SOON_MS) return finding;
  const days = Math.max(0, Math.floor(left / DAY_MS));
  return {
    status: 'warning',
    found: `${finding.found} Its certificate ends in ${days} ${days === 1 ? 'day' : 'days'}.`,
    advice: 'Have it renewed before that.',
  };
}

/** What is true of at least one of several; those of which it is not are told, the first of them with its reason. */
async function anyOf<T>(
  target: RedisTarget,
  all: readonly T[],
  nameOf: (one: T) => string,
  look: (one: T) => Promise<string>,
): Promise<Finding> {
  const context = { ...failureContext(target), connecting: true };
  const looks = await Promise.allSettled(
    all.map((one) =>
      look(one).catch((fault: unknown) => {
        const address = all.length === 1 ? context.address : nameOf(one);
        throw translateRedisError(fault, { ...context, address });
      }),
    ),
  );
  const good = looks.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const bad = looks.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  const [first] = bad;
  const found = `${good.join('; ')}.`;
  if (!first) return { status: 'ok', found, advice: null };
  if (good.length === 0) throw first;
  return {
    status: 'warning',
    found: `${found} ${bad.length} of ${all.length} could not be reached.`,
    advice: first.message,
  };
}

function nameOf(server: ServerEndpoint): string {
  return server.kind === 'tcp' ? describeAddress(server) : server.path;
}
