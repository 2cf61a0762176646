import { live } from './store/live';

/**
 * Names the deployment in the title of the page, and so of its window or tab: with several open side by side nobody
 * should have to guess which is which. Returns what ends it.
 */
export function startTitle(page: { title: string }): () => void {
  const show = () => {
    const { session } = live.getState();
    page.title = session ? `Switchboard: ${session.deployment.name}` : 'Switchboard';
  };
  show();
  return live.subscribe(show);
}
