import { Play, Square } from 'lucide-react';
import { showToast } from '../store/toasts';
import type { Command } from './command';

/** Fills the pool with people who walk through every state. */
export const startSimulator: Command = {
  id: 'simulator.start',
  group: 'Simulator',
  icon: Play,
  label: () => 'Start simulated users',
  keywords: 'sandbox load steady scenario',
  operation: 'simulator.start',
  run: async ({ client }) => {
    const status = await client.call('simulator.start', { scenario: 'steady' });
    showToast({ tone: 'good', title: `Simulator started: ${status.scenario ?? 'steady'}` });
  },
};

/** Ends the scenario and takes its users away. */
export const stopSimulator: Command = {
  id: 'simulator.stop',
  group: 'Simulator',
  icon: Square,
  label: () => 'Stop simulated users and remove them',
  operation: 'simulator.stop',
  run: async ({ client }) => {
    await client.call('simulator.stop', {});
    showToast({ tone: 'good', title: 'Simulator stopped; its users are removed' });
  },
};
