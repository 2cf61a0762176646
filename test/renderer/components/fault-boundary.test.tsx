import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { FaultBoundary } from '../../../src/renderer/components/fault-boundary';

function Broken(): never {
  throw new Error('broken');
}

afterEach(cleanup);

it('says in the place of a broken part that it is broken, and leaves the rest', () => {
  const complaint = vi.spyOn(console, 'error').mockReturnValue();
  render(
    <main>
      <p>the rest</p>
      <FaultBoundary what="This screen" place="/users">
        <Broken />
      </FaultBoundary>
    </main>,
  );
  expect(screen.getByRole('alert').textContent).toMatch(/^This screen could not be shown/);
  expect(screen.getByText('the rest')).toBeTruthy();
  complaint.mockRestore();
});

it('is not to be seen otherwise', () => {
  render(
    <FaultBoundary what="This screen" place="/users">
      <p>content</p>
    </FaultBoundary>,
  );
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByText('content')).toBeTruthy();
});

it('tries anew at another place', () => {
  const complaint = vi.spyOn(console, 'error').mockReturnValue();
  const at = (place: string) => (
    <FaultBoundary what="This screen" place={place}>
      {place === '/users/broken' ? <Broken /> : <p>content</p>}
    </FaultBoundary>
  );
  const { rerender } = render(at('/users/broken'));
  expect(screen.getByRole('alert')).toBeTruthy();
  rerender(at('/users'));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByText('content')).toBeTruthy();
  complaint.mockRestore();
});
