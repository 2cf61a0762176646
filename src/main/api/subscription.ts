import type { z } from 'zod';
import { type Envelope, SwitchboardError, toErrorBody } from '@shared/errors';
import type { Unsubscribe } from '@shared/transport';
import type { Logger } from '../lib/log';
import { assertConforms } from './middleware/check-output';
import type { RequestContext } from './pipeline';

/**
 * The source of a feed. It calls `publish` for each event until it is told to stop; `fail` tells the listener
 * why no more will come. Both do nothing after the end.
 */
export type Publisher<Input, Event> = (
  input: Input,
  context: RequestContext,
  publish: (event: Event) => void,
  fail: (fault: unknown) => void,
) => Unsubscribe;

interface SubscriptionOptions {
  name: string;
  context: RequestContext;
  listener: (event: Envelope<unknown>) => void;
  log: Logger;
  /** What each event must conform to, where that is checked. */
  event: z.ZodType | undefined;
  /** Goes through the pipeline and, where that lets it pass, calls `open` once. */
  start: (open: (publisher: Publisher<unknown, unknown>, input: unknown) => void) => Promise<void>;
}

/**
 * One listener's life on one feed. Whatever goes wrong on either side ends this subscription and no other:
 * a fault of the feed reaches the listener as its last event, a listener that throws is let go.
 */
export function openSubscription(options: SubscriptionOptions): Unsubscribe {
  const { name, context, listener, log } = options;
  const { requestId } = context;
  let stopPublisher: Unsubscribe | null = null;
  let ended = false;

  const end = () => {
    if (ended) return;
    ended = true;
    const stop = stopPublisher;
    stopPublisher = null;
    if (stop) stopQuietly(stop);
  };

  const stopQuietly = (stop: Unsubscribe) => {
    try {
      stop();
    } catch (fault) {
      log.error({ feed: name, requestId, err: fault }, 'feed did not stop cleanly');
    }
  };

  const deliver = (event: Envelope<unknown>) => {
    try {
      listener(event);
    } catch (fault) {
      log.warn({ feed: name, requestId, err: fault }, 'a listener threw and was let go');
      end();
    }
  };

  const refuse = (fault: unknown) => {
    if (ended) return;
    end();
    deliver({ ok: false, error: toErrorBody(fault), requestId });
  };

  const fail = (fault: unknown) => {
    if (!ended && !(fault instanceof SwitchboardError))
      log.error({ feed: name, requestId, err: fault }, 'feed failed');
    refuse(fault);
  };

  const publish = (value: unknown) => {
    if (ended) return;
    try {
      if (options.event) assertConforms(name, options.event, value);
    } catch (fault) {
      fail(fault);
      return;
    }
    deliver({ ok: true, value, requestId });
  };

  const open = (publisher: Publisher<unknown, unknown>, input: unknown) => {
    if (ended) return;
    const stop = publisher(input, context, publish, fail);
    // The publisher may have published, and the listener left, before it returned.
    if (ended) stopQuietly(stop);
    else stopPublisher = stop;
  };

  // In a later turn, so that no event arrives before the caller holds the way to end it.
  // The pipeline has logged what it refused.
  Promise.resolve()
    .then(() => options.start(open))
    .catch(refuse);
  return end;
}
