import { RotateCw } from 'lucide-react';
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
