import type { FeedEvent, FeedInput, FeedName } from '@shared/contract';
import type { Overview } from '@shared/contract/overview';
import { type Client } from '@shared/client';
import { type ErrorCode } from '@shared/errors';
import { STATES, type State } from '@shared/states';
import type { Unsubscribe, Wire } from '@shared/transport';
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
 * Subscribes to what the console shows and writes it to the live store; nothing else writes there.
 * Changing the pool or the time range changes the subscriptions. Returns what ends it all.
 */
export function startFeed(wire: Wire, client: Client): Unsubscribe {
  const forever = [
    watchWire(wire, client),
    follow(client, 'health', {}, (health) => live.setState({ health })),
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

/** Follows the wire, and asks who we are talking to whenever it opens: another process may have answered. */
function watchWire(wire: Wire, client: Client): Unsubscribe {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function readSession(): Promise<void> {
    try {
      const session = await client.call('session.get', {});
      if (!ended) live.setState({ session });
    } catch {
      if (!ended) timer = setTimeout(() => void readSession(), RETRY_MS);
    }
  }

  function opened(): void {
    clearTimeout(timer);
    void readSession();
  }

  if (!wire.watch) {
    live.setState({ wire: { status: 'open', since: Date.now(), nextAttemptAt: null, reason: null } });
    opened();
  }
  const stop = wire.watch?.((status) => {
    const before = live.getState().wire.status;
    live.setState({ wire: status });
    if (status.status === 'open' && (before !== 'open' || !live.getState().session)) opened();
  });
  return () => {
    ended = true;
    clearTimeout(timer);
    stop?.();
  };
}

/** Listens to one feed for good: a subscription that ended with an error is begun again. */
function follow<N extends FeedName>(
  client: Client,
  name: N,
  input: FeedInput<N>,
  receive: (event: FeedEvent<N>) => void,
): Unsubscribe {
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: Unsubscribe = () => undefined;

  function begin(): void {
    stop();
    stop = client.listen(name, input, (event) => {
      if (ended) return;
      if (event.ok) receive(event.value);
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
