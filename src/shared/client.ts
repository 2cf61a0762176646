import { writeAddress } from './address';
import type {
  FeedEvent,
  FeedInput,
  FeedName,
  OperationInput,
  OperationName,
  OperationOutput,
} from './contract';
import { type Envelope, unwrap } from './errors';
import type { Unsubscribe, Wire } from './transport';

/** The typed face of a wire, for the renderer, the tests and tools. */
export interface Client {
  /** Calls an operation. @throws SwitchboardError with the code that the other side gave. */
  call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>>;
  /** Listens to a feed; an error envelope is the last event of its subscription. */
  listen<N extends FeedName>(
    name: N,
    input: FeedInput<N>,
    listener: (event: Envelope<FeedEvent<N>>) => void,
  ): Unsubscribe;
  /**
   * Ends every subscription, and lets no answer through any more: whoever waits for one waits for ever. For a page
   * that goes on to another deployment, where an answer of this one would be taken for that one's.
   */
  close(): void;
}

/**
 * Puts types on a wire. The other side has validated what it sends, so nothing is parsed again here.
 * @param deployment the open deployment that everything is meant for; the process's first one when missing
 */
export function createClient(wire: Wire, deployment: string | null = null): Client {
  const subscriptions = new Set<Unsubscribe>();
  let closed = false;
  return {
    async call<N extends OperationName>(name: N, input: OperationInput<N>) {
      const envelope = await wire.invoke(writeAddress({ deployment, name }), input);
      if (closed) return new Promise<never>(() => {});
      return unwrap(envelope) as OperationOutput<N>;
    },
    listen<N extends FeedName>(
      name: N,
      input: FeedInput<N>,
      listener: (event: Envelope<FeedEvent<N>>) => void,
    ) {
      if (closed) return () => undefined;
      const deliver = (event: Envelope<unknown>) => {
        if (!closed) listener(event as Envelope<FeedEvent<N>>);
      };
      const unsubscribe = wire.subscribe(writeAddress({ deployment, name }), input, deliver);
      const stop = () => {
        subscriptions.delete(stop);
        unsubscribe();
      };
      subscriptions.add(stop);
      return stop;
    },
    close() {
      closed = true;
      for (const stop of [...subscriptions]) stop();
    },
  };
}
