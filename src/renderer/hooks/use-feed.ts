import type { FeedEvent, FeedInput, FeedName } from '@shared/contract';
import { useEffect, useEffectEvent, useState } from 'react';
import { useClient } from './use-command';

const RETRY_MS = 1_000;

/**
 * Listens to a feed that only one screen needs, for as long as that screen is there. `input` is compared by content.
 * Returns why nothing arrives, or null.
 */
export function useFeed<N extends FeedName>(
  name: N,
  input: FeedInput<N>,
  receive: (event: FeedEvent<N>) => void,
): string | null {
  const client = useClient();
  const [trouble, setTrouble] = useState<string | null>(null);
  const inputText = JSON.stringify(input);
  const onEvent = useEffectEvent(receive);

  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = () => undefined as void;
    const begin = () => {
      stop();
      stop = client.listen(name, JSON.parse(inputText) as FeedInput<N>, (event) => {
        if (ended) return;
        setTrouble(event.ok ? null : event.error.message);
        if (event.ok) onEvent(event.value);
        else timer = setTimeout(begin, RETRY_MS);
      });
    };
    begin();
    return () => {
      ended = true;
      clearTimeout(timer);
      stop();
    };
  }, [client, name, inputText]);

  return trouble;
}
