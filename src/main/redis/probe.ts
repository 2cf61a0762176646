import { connect, type NetConnectOpts } from 'node:net';
import type { Endpoint, RedisTarget } from './target';

/** Tells whether something that could be the Redis is there; replaceable in tests. */
export type Probe = (target: RedisTarget) => Promise<boolean>;

const PROBE_TIMEOUT_MS = 900;
const LISTEN_MS = 300;

/**
 * Asks cheaply whether a Redis answers again: one socket, one PING, any answer counts (also a refusal, which the next
 * real attempt will explain). A hung server accepts connections and says nothing, so accepting is not enough, except
 * under TLS, where the handshake is left to the real attempt.
 */
export const probeRedis: Probe = (target) =>
  new Promise((resolve) => {
    const socket = connect(socketAddress(target.endpoint));
    const finish = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('data', () => finish(true));
    socket.once('connect', () => {
      if (target.tls) finish(true);
      else socket.write('PING\r\n');
    });
  });

/**
 * A Redis that has no room for another client, or does not want this one, says so and hangs up before it is asked.
 * That answer is lost to a client that writes at once, so it is fetched by one that only listens.
 * @returns null where nothing of the kind is said.
 */
export function readRefusal(target: RedisTarget): Promise<Error | null> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(socketAddress(target.endpoint));
    const finish = () => {
      socket.destroy();
      const refusal = /^-([^\r\n]+)/.exec(said)?.[1];
      resolve(refusal === undefined ? null : Object.assign(new Error(refusal), { name: 'ReplyError' }));
    };
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.setTimeout(LISTEN_MS, finish);
    socket.once('error', finish);
    socket.once('close', finish);
  });
}

function socketAddress(endpoint: Endpoint): NetConnectOpts {
  return endpoint.kind === 'tcp' ? { host: endpoint.host, port: endpoint.port } : { path: endpoint.path };
}
