import { lookup } from 'node:dns/promises';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { failureContext } from '../redis/client';
import { translateRedisError } from '../redis/errors';
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
  return anyOf(target, names, async (name) => `${name} is ${(await lookup(name)).address}`);
}

/** Whether something listens there. @throws SwitchboardError when nothing does anywhere */
export function examinePorts(target: RedisTarget, timeoutMs: number): Promise<Finding> {
  return anyOf(target, serversOf(target.endpoint), async (server) => {
    const socket = await opened(connectPlain(whereTo(server)), 'connect', timeoutMs);
    socket.destroy();
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
  const { serverName, ...pem } = tls;
  let endsAt = Infinity;
  const finding = await anyOf(target, serversOf(target.endpoint), async (server) => {
    const expected = serverName ?? (server.kind === 'tcp' ? server.host : '');
    const socket = connectTls({
      ...whereTo(server),
      ...pem,
      ...(isIP(expected) === 0 && { servername: expected }),
    });
    const secure = await opened(socket, 'secureConnect', timeoutMs, untilAdmitted);
    endsAt = Math.min(endsAt, Date.parse(secure.getPeerCertificate().valid_to));
    const protocol = secure.getProtocol() ?? 'TLS';
    secure.destroy();
    return `${nameOf(server)} speaks ${protocol} with a certificate that is trusted`;
  });
  const left = endsAt - Date.now();
  if (left > SOON_MS) return finding;
  return {
    status: 'warning',
    found: `${finding.found} Its certificate ends in ${Math.max(0, Math.floor(left / DAY_MS))} days.`,
    advice: 'Have it renewed before that.',
  };
}

/** What is true of at least one of several; those of which it is not are told. */
async function anyOf<T>(
  target: RedisTarget,
  all: readonly T[],
  look: (one: T) => Promise<string>,
): Promise<Finding> {
  const looks = await Promise.allSettled(all.map(look));
  const good = looks.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const bad = looks.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const context = { ...failureContext(target), connecting: true };
  if (good.length === 0) throw translateRedisError(bad[0], context);
  const found = `${good.join('; ')}.`;
  if (bad.length === 0) return { status: 'ok', found, advice: null };
  return {
    status: 'warning',
    found: `${found} ${bad.length} of ${all.length} could not be reached.`,
    advice: translateRedisError(bad[0], context).message,
  };
}

/**
 * Waits for an event of a new socket.
 * @param next what is waited for then; it begins within the event, so that nothing of the socket is missed in between
 */
function opened<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  next: (socket: S) => Promise<void> = () => Promise.resolve(),
): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (fault: Error) => {
      socket.destroy();
      reject(fault);
    };
    socket.setTimeout(timeoutMs, () =>
      fail(new Error(event === 'connect' ? 'ETIMEDOUT' : 'the server did not take part in a TLS handshake')),
    );
    socket.once('error', fail);
    const hungUp = () => fail(new Error('ERR_TLS the connection was closed during the handshake'));
    socket.once('close', hungUp);
    socket.once(event, () => {
      // Whatever comes after the answer is of no interest, and must not end the process.
      socket
        .off('close', hungUp)
        .off('error', fail)
        .on('error', () => {});
      next(socket).then(() => resolve(socket), reject);
    });
  });
}

/**
 * Waits until the server has said something. With TLS 1.3 our side of the handshake is over before the server has
 * judged our certificate; what it thinks of it comes afterwards, as an error or as the end.
 */
function untilAdmitted(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', () => resolve());
    socket.once('error', reject);
    socket.once('close', () =>
      reject(
        new Error(
          'ERR_TLS the server ended the connection after the handshake; it may want a certificate of ours',
        ),
      ),
    );
    socket.once('timeout', () => resolve());
    socket.write('PING\r\n');
  });
}

function whereTo(server: ServerEndpoint) {
  return server.kind === 'tcp' ? { host: server.host, port: server.port } : { path: server.path };
}

function nameOf(server: ServerEndpoint): string {
  return server.kind === 'tcp' ? describeAddress(server) : server.path;
}
