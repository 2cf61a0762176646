import { Brush } from 'lucide-react';
import { ui } from '../store/ui';
import type { Command } from './command';

/** Shows whom a sweep would move or forget, and does it when that is confirmed. */
export const cleanUp: Command = {
  id: 'cleanup.run',
  group: 'User',
  icon: Brush,
  label: () => 'Clean up…',
  keywords: 'sweep stuck stale heartbeats connecting',
  operation: 'cleanup.run',
  run: () => {
    ui.setState({ cleanupOpen: true });
  },
};
