import { connect as connectPlain, isIP, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ServerEndpoint, TlsSettings } from './target';
import { TLS_FAULTS } from './tls-rules';

/** How long the server may take to judge our certificate before it is asked something. */
const VERDICT_MS = 100;
/** How long something is waited for that may not speak TLS at all, in milliseconds. */
const PROBE_MS = 900;

/** Opens a plain socket. The caller destroys it. @throws the system's error, or ETIMEDOUT */
export function openSocket(server: ServerEndpoint, timeoutMs: number): Promise<Socket> {
  return opened(connectPlain(socketAddress(server)), 'connect', timeoutMs);
}

/**
 * Opens an encrypted socket, and waits until the server has taken us in. The caller destroys it.
 * @throws the system's error, or one of TLS_FAULTS
 */
export async function openTls(
  server: ServerEndpoint,
  { serverName, ...pem }: TlsSettings,
  timeoutMs: number,
): Promise<TLSSocket> {
  const expected = serverName ?? (server.kind === 'tcp' ? server.host : '');
  const socket = connectTls({
    ...socketAddress(server),
    ...pem,
    ...(isIP(expected) === 0 && { servername: expected }),
  });
  return opened(socket, 'secureConnect', timeoutMs, untilAdmitted);
}

/** Whether something at a port shakes hands, whatever our certificates and its own are worth. */
export async function speaksTls(server: ServerEndpoint): Promise<boolean> {
  try {
    (await openTls(server, {}, PROBE_MS)).destroy();
    return true;
  } catch (fault) {
    // A certificate that we do not trust is a certificate; so is one that is wanted of us.
    const { code = '', message } = fault as NodeJS.ErrnoException;
    return /CERT|SELF_SIGNED|UNABLE_TO_/.test(code) || /alert|ERR_TLS_ENDED/.test(message);
  }
}

/** Where Node connects to. */
export function socketAddress(server: ServerEndpoint): NetConnectOpts {
  return server.kind === 'tcp' ? { host: server.host, port: server.port } : { path: server.path };
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
      fail(new Error(event === 'connect' ? 'ETIMEDOUT' : TLS_FAULTS.silent)),
    );
    socket.once('error', fail);
    const hungUp = () => fail(new Error(TLS_FAULTS.ended));
    socket.once('close', hungUp);
    socket.once(event, () => {
      // Whatever comes after the answer is of no interest, and must not end the process.
      socket
        .off('close', hungUp)
        .off('error', fail)
        .on('error', () => {});
      next(socket).then(() => resolve(socket), fail);
    });
  });
}

/**
 * Waits until the server has said something. With TLS 1.3 our side of the handshake is over before the server has
 * judged our certificate; what it thinks of it comes afterwards, as an error or as the end. So this listens first: a
 * word of ours that arrives after the server's last one would make the system throw that one away.
 */
function untilAdmitted(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const asking = setTimeout(() => socket.write('PING\r\n'), VERDICT_MS);
    const end = (finish: () => void) => () => {
      clearTimeout(asking);
      finish();
    };
    const refuse = (fault: Error) => end(() => reject(fault))();
    const hungUp = () => refuse(new Error(TLS_FAULTS.ended));
    socket.once('data', end(resolve));
    socket.once('close', hungUp);
    socket.once('error', (fault: NodeJS.ErrnoException) =>
      fault.code === 'ECONNRESET' || fault.code === 'EPIPE' ? hungUp() : refuse(fault),
    );
  });
}
