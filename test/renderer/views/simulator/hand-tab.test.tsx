import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { live } from '../../../../src/renderer/store/live';
import { HandTab } from '../../../../src/renderer/views/simulator/hand-tab';
import { renderPart, tellOfRun } from './running';

afterEach(() => {
  cleanup();
  live.setState({ simulator: null });
});

it('shows nobody of the run before until the person of the new one is known', async () => {
  const hand = { user: 'sim-hand-1', belief: 'IDLE', partner: null, room: null, steps: [] };
  tellOfRun('first');
  renderPart(<HandTab />, () => Promise.resolve({ run: 'first', hand }));
  await screen.findByText('sim-hand-1');

  tellOfRun('second');
  expect(screen.queryByText('sim-hand-1')).toBeNull();
});
