import { connect } from 'node:net';
import { socketAddress } from './handshake';
import { type RedisTarget, type ServerEndpoint, type ServerTarget, serversOf } from './target';

/** Tells whether something that could be the Redis is there; replaceable in tests. */
export type Probe = (target: RedisTarget) => Promise<boolean>;

const PROBE_TIMEOUT_MS = 900;
/** How long a server that speaks first may take to begin. */
const LISTEN_MS = 200;

/**
 * Asks cheaply whether a Redis answers again: one socket, one PING, any answer counts (also a refusal, which the next
 * real attempt will explain). Of several servers any may answer. A hung server accepts connections and says nothing, so accepting is not enough, except
 * under TLS, where the handshake is left to the real attempt.
 */
export const probeRedis: Probe = async ({ endpoint, tls }) => {
  const answers = await Promise.all(serversOf(endpoint).map((server) => probeServer(server, tls !== null)));
  return answers.includes(true);
};

function probeServer(endpoint: ServerEndpoint, encrypted: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketAddress(endpoint));
    const finish = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', () => finish(true));
    socket.once('connect', () => {
      if (encrypted) finish(true);
      else socket.write('PING\r\n');
    });
  });
}

/**
 * Asks something that hangs up on us who it is. A Redis that has no room for another client, or does not want this
 * one, says so before it is asked; that answer is lost to a client that writes at once, so this listens first.
 * @returns what it said, nothing where it hung up again
 */
export function askWhoHangsUp(target: ServerTarget): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(socketAddress(target.endpoint));
    const ask = setTimeout(() => socket.write('PING\r\n'), LISTEN_MS);
    const finish = () => {
      clearTimeout(ask);
      socket.destroy();
      resolve(said);
    };
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.setTimeout(PROBE_TIMEOUT_MS, finish);
    socket.once('error', finish);
    socket.once('close', finish);
  });
}

/** What was said, as the client would have thrown it; null for the answer of a Redis that has changed its mind. */
export function refusalIn(said: string): Error | null {
  const refusal = /^-([^\r\n]+)/.exec(said)?.[1];
  if (refusal !== undefined) return Object.assign(new Error(refusal), { name: 'ReplyError' });
  return said.startsWith('+') ? null : new Error('Unknown RESP type');
}
