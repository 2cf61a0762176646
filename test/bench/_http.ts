import { connect, type Socket } from 'node:net';

/** What came of sending requests as fast as answers came. */
export interface HttpPace {
  perSecond: number;
  /** Milliseconds from sending to the whole answer. */
  p50: number;
  p99: number;
  /** Answers other than 200. */
  refused: number;
}

/**
 * A load generator that costs little itself, so that it is the server that is measured: each connection sends the
 * next request when the answer to the last has come, and reads no more of it than its length.
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
      const socket = await open(port);
      const answers = answersOf(socket);
      while (performance.now() < end) {
        const sent = performance.now();
        socket.write(next());
        if ((await answers.next()) !== 200) refused += 1;
        delays.push(performance.now() - sent);
      }
      socket.destroy();
    }),
  );
  const tookS = (performance.now() - began) / 1000;
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? 0;
  return { perSecond: delays.length / tookS, p50: at(0.5), p99: at(0.99), refused };
}

/** A POST without a body, or a GET, as text. */
export function httpRequest(method: 'GET' | 'POST', path: string): string {
  const length = method === 'POST' ? 'content-length: 0\r\n' : '';
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${length}\r\n`;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}

/** The statuses of the answers that come on a connection, one after the other. */
function answersOf(socket: Socket): { next(): Promise<number> } {
  let buffered = '';
  let waiting: ((status: number) => void) | null = null;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    buffered += chunk;
    const head = buffered.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(buffered.slice(0, head))?.[1] ?? 0);
    if (buffered.length < head + 4 + length) return;
    const status = Number(buffered.slice(9, 12));
    buffered = buffered.slice(head + 4 + length);
    waiting?.(status);
  });
  return { next: () => new Promise((resolve) => (waiting = resolve)) };
}
