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
}

/** Puts types on a wire. The other side has validated what it sends, so nothing is parsed again here. */
export function createClient(wire: Wire): Client {
  return {
    async call<N extends OperationName>(name: N, input: OperationInput<N>) {
      return unwrap(await wire.invoke(name, input)) as OperationOutput<N>;
    },
    listen<N extends FeedName>(
      name: N,
      input: FeedInput<N>,
      listener: (event: Envelope<FeedEvent<N>>) => void,
    ) {
      return wire.subscribe(name, input, listener as (event: Envelope<unknown>) => void);
    },
  };
}
