import type { FeedEvent, FeedInput, FeedName } from '@shared/contract';
import type { Health } from '@shared/contract/session';
import type { Overview } from '@shared/contract/overview';
import { type Client } from '@shared/client';
import { type ErrorCode } from '@shared/errors';
import { STATES, type State } from '@shared/states';
import type { Unsubscribe } from '@shared/transport';
import { type CountSample, live } from './store/live';
import { ui } from './store/ui';

/** A feed that ended with an error is asked for again after this long. */
const RETRY_MS = 1_000;
/** Counts are kept for sparklines this far apart and this far back. */
const SAMPLE_EVERY_MS = 5_000;
const SAMPLE_WINDOW_MS = 15 * 60_000;

/** Errors that asking again will not mend. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad_input',
  'forbidden',
  'not_found',
  'unauthenticated',
]);

/**
 * Subscribes to what the console shows of a deployment and writes it to the live store; beside `session.ts` nothing
 * else writes there. Changing the pool or the time range changes the subscriptions.
 * @param onClosed called when the deployment is not open any more
 * @returns what ends it all
 */
export function startFeed(client: Client, onClosed: () => void = () => undefined): Unsubscribe {
  const toOwnClock = createOwnClock();
  const forever = [
    follow(client, 'health', {}, (told) => live.setState({ health: toOwnClock(told, Date.now()) }), onClosed),
    follow(client, 'simulator', {}, (simulator) => live.setState({ simulator })),
  ];
  let chosen = followPool(client);
  const stopChoosing = ui.subscribe((now, before) => {
    if (now.pausedAt !== before.pausedAt) live.setState({ passed: 0 });
    if (now.pool === before.pool && now.minutes === before.minutes) return;
    chosen();
    if (now.pool !== before.pool) {
      live.setState({ overview: null, alarms: null, audit: null, receivedAt: null, samples: [], passed: 0 });
    }
    live.setState({ trends: null });
    chosen = followPool(client);
  });
  return () => {
    stopChoosing();
    chosen();
    for (const stop of forever) stop();
  };
}

/** The way of a message and the turns of two clocks stay below this; more is a clock that goes wrong. */
const CLOCKS_APART_MS = 1_000;

/**
 * Writes the times of a health as this machine's clock had them, whatever the clock of the console's process says: what
 * is shown of them is how long ago or from now they are, and that must hold in a browser anywhere.
 */
export function createOwnClock(): (told: FeedEvent<'health'>, now: number) => Health {
  let ahead = 0;
  return ({ at, ...health }, now) => {
    if (Math.abs(now - at - ahead) > CLOCKS_APART_MS) ahead = now - at;
    if (ahead === 0) return health;
    const { since, nextAttemptAt, lastError, server } = health;
    return {
      ...health,
      since: since + ahead,
      nextAttemptAt: nextAttemptAt === null ? null : nextAttemptAt + ahead,
      lastError: lastError && { ...lastError, at: lastError.at + ahead },
      server: server && { ...server, clockOffsetMs: server.clockOffsetMs - ahead },
    };
  };
}

function followPool(client: Client): Unsubscribe {
  const { pool, minutes } = ui.getState();
  const stops = [
    follow(client, 'overview', { pool }, receiveOverview),
    follow(client, 'alarms', { pool }, (alarms) => live.setState({ alarms })),
    follow(client, 'audit', { pool }, ({ entries }) => live.setState({ audit: entries })),
    follow(client, 'trends', { pool, minutes }, (trends) => {
      if (ui.getState().pausedAt === null || !live.getState().trends) live.setState({ trends });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function receiveOverview(overview: Overview): void {
  const { overview: shown, samples } = live.getState();
  const receivedAt = Date.now();
  const kept = withSample(samples, overview);
  if (ui.getState().pausedAt !== null && shown) {
    live.setState({ receivedAt, samples: kept, passed: Math.max(0, overview.journalled - shown.journalled) });
  } else {
    live.setState({ receivedAt, samples: kept, overview });
  }
}

/** Adds a sample when the last one is old enough; the same array otherwise, so that nothing renders. */
export function withSample(samples: readonly CountSample[], overview: Overview): readonly CountSample[] {
  const last = samples.at(-1);
  if (last && overview.at - last.at < SAMPLE_EVERY_MS) return samples;
  const counts = Object.fromEntries(STATES.map((state) => [state, overview.states[state].count])) as Record<
    State,
    number
  >;
  const from = overview.at - SAMPLE_WINDOW_MS;
  return [...samples.filter((sample) => sample.at >= from), { at: overview.at, counts }];
}

/** Listens to one feed for good: a subscription that ended with an error is begun again. */
function follow<N extends FeedName>(
  client: Client,
  name: N,
  input: FeedInput<N>,
  receive: (event: FeedEvent<N>) => void,
  onClosed: () => void = () => undefined,
): Unsubscribe {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: Unsubscribe = () => undefined;

  function begin(): void {
    stop();
    stop = client.listen(name, input, (event) => {
      if (ended) return;
      if (event.ok) receive(event.value);
      else if (event.error.code === 'deployment_closed') onClosed();
      else if (!FINAL.has(event.error.code)) {
        clearTimeout(timer);
        timer = setTimeout(begin, RETRY_MS);
      }
    });
  }

  begin();
  return () => {
    ended = true;
    clearTimeout(timer);
    stop();
  };
}
