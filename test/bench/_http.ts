import { connect, type Socket } from 'node:net';
import { quantile } from './_measure';

/** What came of sending requests as fast as answers came. */
export interface HttpPace {
  perSecond: number;
  /** Milliseconds from sending to the whole answer. */
  p50: number;
  p99: number;
  /** Answers other than 200. */
  refused: number;
}

/** The whole answer to a request; its length was announced. */
export interface HttpAnswer {
  status: number;
  body: string;
}

/** One kept connection: the next request goes out when the answer to the last has come. */
export interface HttpConnection {
  send(request: string): Promise<HttpAnswer>;
  close(): void;
}

/**
 * Sends requests over many connections. It costs little itself, so that it is the server that is measured: no
 * client library, and no more of an answer read than its status and length.
 */
export async function httpPace(options: {
  port: number;
  connections: number;
  forMs: number;
  /** The next request, as text. */
  next: () => string;
}): Promise<HttpPace> {
  const { port, connections, forMs, next } = options;
  const delays: number[] = [];
  let refused = 0;
  const began = performance.now();
  const end = began + forMs;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await openConnection(port);
      while (performance.now() < end) {
        const sent = performance.now();
        if ((await connection.send(next())).status !== 200) refused += 1;
        delays.push(performance.now() - sent);
      }
      connection.close();
    }),
  );
  const tookS = (performance.now() - began) / 1000;
  return {
    perSecond: delays.length / tookS,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    refused,
  };
}

/** A POST without a body, or a GET, as text. */
export function httpRequest(method: 'GET' | 'POST', path: string): string {
  const length = method === 'POST' ? 'content-length: 0\r\n' : '';
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${length}\r\n`;
}

/** Opens a kept connection to a port of this machine. */
export async function openConnection(port: number): Promise<HttpConnection> {
  const socket = await openSocket(port);
  let buffered = '';
  let waiting: ((answer: HttpAnswer) => void) | null = null;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    buffered += chunk;
    const head = buffered.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(buffered.slice(0, head))?.[1] ?? 0);
    const end = head + 4 + length;
    if (buffered.length < end) return;
    const answer = { status: Number(buffered.slice(9, 12)), body: buffered.slice(head + 4, end) };
    buffered = buffered.slice(end);
    waiting?.(answer);
  });
  return {
    send: (request) =>
      new Promise((resolve) => {
        waiting = resolve;
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** A connection to a port of this machine that does not wait to fill its packets. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}
