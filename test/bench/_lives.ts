import { type HttpAnswer, httpRequest, openConnection } from './_http';

/** Whole lives over HTTP. */
export interface LivesRound {
  /** Milliseconds of each request. */
  delays: number[];
  /** Lives lived to the end. */
  lives: number;
  requestsPerSecond: number;
  livesPerSecond: number;
  /** Answers other than 200, by status. Partners act at the same time, so some 409 are part of life. */
  refused: Map<number, number>;
}

const PEOPLE = 32;
/** Between two questions whether there is a partner yet (ms). */
const POLL_MS = 10;

/** People who queue, ask until they have a partner, say that they are connected, skip, and close the page. */
export async function livesRound(options: {
  port: number;
  pool: string;
  forMs: number;
  /** Makes the names of this round its own. */
  name: string;
}): Promise<LivesRound> {
  const { port, pool, forMs, name } = options;
  const delays: number[] = [];
  const refused = new Map<number, number>();
  let lives = 0;
  let people = 0;
  const began = performance.now();

  const liveOn = async () => {
    const connection = await openConnection(port);
    const call = async (method: 'GET' | 'POST', endpoint: string, user: string): Promise<HttpAnswer> => {
      const sent = performance.now();
      const path = `/api/simple-matching/${endpoint}?userId=${user}&pool=${pool}`;
      const answer = await connection.send(httpRequest(method, path));
      delays.push(performance.now() - sent);
      if (answer.status !== 200) refused.set(answer.status, (refused.get(answer.status) ?? 0) + 1);
      return answer;
    };
    while (performance.now() - began < forMs) {
      const user = `${name}-${(people += 1)}`;
      await call('POST', 'enqueue', user);
      while ((await call('GET', 'check-match', user)).body.includes('"WAITING"')) {
        if (performance.now() - began > forMs) break;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      await call('POST', 'connected', user);
      await call('POST', 'skip', user);
      await call('POST', 'leave', user);
      lives += 1;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: PEOPLE }, liveOn));
  const tookS = (performance.now() - began) / 1000;
  return {
    delays,
    lives,
    requestsPerSecond: delays.length / tookS,
    livesPerSecond: lives / tookS,
    refused,
  };
}
