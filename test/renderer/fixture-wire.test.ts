import { describe, expect, it, vi } from 'vitest';
import { type FeedName, feeds, operations } from '@shared/contract';
import { createFixtureWire } from '../support/fixture-wire';
import type { FixtureScene } from '../support/fixture-world';

describe.each<FixtureScene>(['busy', 'empty', 'huge', 'production'])('the fixture %s', (scene) => {
  it.each<FeedName>(['overview', 'trends', 'health', 'simulator'])(
    'feeds %s as the contract says',
    async (feed) => {
      const wire = createFixtureWire(scene);
      const listener = vi.fn();
      const stop = wire.subscribe(feed, {}, listener);
      await vi.waitFor(() => expect(listener).toHaveBeenCalled());
      stop();
      const envelope = listener.mock.calls[0]?.[0] as { ok: true; value: unknown };
      expect(feeds[feed].event.safeParse(envelope.value).error).toBeUndefined();
    },
  );

  it('answers as the contract says', async () => {
    const envelope = await createFixtureWire(scene).invoke('session.get', {});
    expect(envelope.ok && operations['session.get'].output.safeParse(envelope.value).error).toBeUndefined();
  });
});
