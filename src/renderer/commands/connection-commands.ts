import { RotateCw } from 'lucide-react';
import { runningJobs } from '../store/jobs';
import { showToast } from '../store/toasts';
import { ui } from '../store/ui';
import type { Command } from './command';

/** Tries to reach Redis at once instead of waiting for the next attempt. */
export const retryConnection: Command = {
  id: 'connection.retry',
  group: 'Connection',
  icon: RotateCw,
  label: () => 'Retry Redis now',
  keywords: 'reconnect',
  operation: 'connection.retry',
  run: async ({ client }) => {
    await client.call('connection.retry', {});
  },
};

/** Shows another connection in this window. What is under way here would be cut off, so it is asked to end first. */
export function showConnection(id: string): void {
  if (runningJobs().length > 0) {
    showToast({
      tone: 'bad',
      title: 'Not now',
      detail:
        'Work on many users is running in this window: let it end, or cancel it, before you open another connection.',
    });
    return;
  }
  ui.setState({ connection: id });
}
