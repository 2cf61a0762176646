import type { Session } from '@shared/contract/session';
import { afterEach, expect, it } from 'vitest';
import { emptyLive, live } from '../../src/renderer/store/live';
import { startTitle } from '../../src/renderer/title';

afterEach(() => live.setState(emptyLive(0), true));

/** The one thing that counts here. */
const sessionOn = (name: string) => ({ deployment: { name } }) as Session;

it('names the deployment in the title, and follows when the page shows another', () => {
  const page = { title: '' };
  const stop = startTitle(page);
  expect(page.title).toBe('Switchboard');
  live.setState({ session: sessionOn('sandbox') });
  expect(page.title).toBe('Switchboard: sandbox');
  live.setState({ session: sessionOn('eu') });
  expect(page.title).toBe('Switchboard: eu');
  stop();
  live.setState({ session: null });
  expect(page.title).toBe('Switchboard: eu');
});
