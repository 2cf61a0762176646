import { ScanSearch, Square, Wrench } from 'lucide-react';
import { ui } from '../store/ui';
import type { Command } from './command';

/** Looks at everybody in the pool for everything that can be wrong. */
export const startScan: Command = {
  id: 'integrity.start',
  group: 'User',
  icon: ScanSearch,
  label: () => 'Scan for broken users',
  keywords: 'integrity check repair',
  operation: 'integrity.start',
  refuse: ({ stale }) => (stale === null ? null : 'Nobody can be looked at while the connection is away.'),
  run: async ({ client, navigate }) => {
    await client.call('integrity.start', { pool: ui.getState().pool });
    navigate('/integrity');
  },
};

/** Stops the scan; what it found so far stays. */
export const cancelScan: Command = {
  id: 'integrity.cancel',
  group: 'User',
  icon: Square,
  label: () => 'Cancel the scan',
  operation: 'integrity.cancel',
  run: async ({ client }) => {
    await client.call('integrity.cancel', { pool: ui.getState().pool });
  },
};

/** Shows whose metadata are missing or belong to nobody, and puts that right when it is confirmed. */
export const recoverMetadata: Command = {
  id: 'metadata.recover',
  group: 'User',
  icon: Wrench,
  label: () => 'Recover metadata…',
  keywords: 'rebuild missing remove orphaned',
  operation: 'metadata.rebuild',
  run: () => {
    ui.setState({ recoveryOpen: true });
  },
};
