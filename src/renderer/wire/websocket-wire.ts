import { type Envelope, SwitchboardError, toErrorBody } from '@shared/errors';
import type { SocketReply, SocketRequest } from '@shared/socket-protocol';
import type { Wire, WireStatus } from '@shared/transport';
import { type ConnectionEnd, followSocket, type SocketLike } from './socket-connection';

export interface WebSocketWireOptions {
  /** Begins a connection. */
  open: () => SocketLike;
  /** Asks by plain HTTP whether this browser may connect at all; rejects when nobody answers. */
  isSignedIn: () => Promise<boolean>;
  /** A number from 0 up to 1, so that many pages do not come back in step. */
  random: () => number;
}

/** Waits between attempts, in milliseconds: quick at first, then a steady beat while the console is down. */
const RETRY_MS = [250, 500, 1_000, 2_000, 3_000] as const;

const NOT_SIGNED_IN =
  'this browser is not signed in, or Switchboard has been restarted since: open the address that its terminal shows';

interface Subscription {
  feed: string;
  input: unknown;
  listener: (event: Envelope<unknown>) => void;
}

/**
 * The wire of a browser page. It reconnects by itself and takes up its subscriptions again. Calls are never kept
 * for later: while the connection is down they fail at once, and those under way fail with it, saying that their
 * outcome is not known. Only calls made before the very first connection wait for that one attempt.
 */
export function createWebSocketWire(options: WebSocketWireOptions): Required<Wire> {
  const subscriptions = new Map<string, Subscription>();
  const calls = createCalls();
  const status = createStatus();
  const early: SocketRequest[] = [];
  let transmit: ((request: SocketRequest) => void) | null = null;
  let firstAttempt = true;
  let attempts = 0;
  let lastId = 0;

  const connect = () => {
    const send = followSocket(options.open(), { opened: () => opened(send), received, ended });
  };

  const opened = (send: (request: SocketRequest) => void) => {
    transmit = send;
    attempts = 0;
    for (const [id, { feed, input }] of subscriptions) send({ type: 'subscribe', id, feed, input });
    for (const request of early.splice(0)) send(request);
    status.enter('open', null);
  };

  const received = (message: SocketReply) => {
    if (message.type === 'result') calls.finish(message.id, message.envelope);
    if (message.type !== 'event') return;
    const listener = subscriptions.get(message.id)?.listener;
    if (!message.envelope.ok) subscriptions.delete(message.id);
    listener?.(message.envelope);
  };

  const ended = ({ how, reason }: ConnectionEnd) => {
    transmit = null;
    firstAttempt = false;
    early.length = 0;
    calls.failAll();
    if (how === 'protocol') status.enter('closed', reason);
    else if (how === 'lost') retry(reason);
    // A browser does not tell why a WebSocket was refused; not being signed in is beyond retrying.
    else
      options.isSignedIn().then(
        (signedIn) => (signedIn ? retry(reason) : status.enter('closed', NOT_SIGNED_IN)),
        () => retry(reason),
      );
  };

  const retry = (reason: string) => {
    const wait = (RETRY_MS[Math.min(attempts, RETRY_MS.length - 1)] ?? 0) * (0.75 + options.random() / 2);
    attempts += 1;
    status.enter('lost', reason, Date.now() + wait);
    setTimeout(connect, wait);
  };

  connect();
  return {
    invoke(operation, input) {
      const { status: now, reason } = status.current();
      if (!transmit && !firstAttempt)
        return Promise.resolve(
          refusal(`Not carried out: there is no connection to the console (${reason ?? now}).`),
        );
      const id = `c${++lastId}`;
      const request: SocketRequest = { type: 'invoke', id, operation, input };
      if (transmit) transmit(request);
      else early.push(request);
      return calls.start(id);
    },
    subscribe(feed, input, listener) {
      const id = `s${++lastId}`;
      subscriptions.set(id, { feed, input, listener });
      transmit?.({ type: 'subscribe', id, feed, input });
      return () => {
        if (subscriptions.delete(id)) transmit?.({ type: 'unsubscribe', id });
      };
    },
    watch: status.watch,
  };
}

/** The calls whose answer is still to come. */
function createCalls() {
  const waiting = new Map<string, (envelope: Envelope<unknown>) => void>();
  return {
    start: (id: string) => new Promise<Envelope<unknown>>((resolve) => waiting.set(id, resolve)),
    finish(id: string, envelope: Envelope<unknown>) {
      waiting.get(id)?.(envelope);
      waiting.delete(id);
    },
    failAll() {
      for (const finish of waiting.values())
        finish(
          refusal(
            'The connection to the console broke before the answer came: this may or may not have been carried out. Look before you repeat it.',
          ),
        );
      waiting.clear();
    },
  };
}

/** How the wire is doing, and who wants to know. */
function createStatus() {
  const watchers = new Set<(status: WireStatus) => void>();
  let current: WireStatus = { status: 'connecting', since: Date.now(), nextAttemptAt: null, reason: null };
  return {
    current: () => current,
    enter(status: WireStatus['status'], reason: string | null, nextAttemptAt: number | null = null) {
      const since = status === current.status ? current.since : Date.now();
      current = { status, since, nextAttemptAt, reason };
      for (const watcher of [...watchers]) watcher(current);
    },
    watch: (listener: (status: WireStatus) => void) => {
      watchers.add(listener);
      listener(current);
      return () => {
        watchers.delete(listener);
      };
    },
  };
}

function refusal(message: string): Envelope<never> {
  return { ok: false, error: toErrorBody(new SwitchboardError('wire_lost', message)), requestId: '' };
}
