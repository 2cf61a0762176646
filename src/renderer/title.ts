import { type Live, live } from './store/live';

const titleOf = ({ session }: Live) => (session ? `Switchboard: ${session.deployment.name}` : 'Switchboard');

/**
 * Names the deployment in the title of the page, and so of its window or tab: with several open side by side nobody
 * should have to guess which is which. Returns what ends it.
 */
export function startTitle(page: { title: string }): () => void {
  page.title = titleOf(live.getState());
  return live.subscribe((now, before) => {
    const title = titleOf(now);
    if (title !== titleOf(before)) page.title = title;
  });
}
