import type { Simulator } from '../../simulator/simulator';
import type { Handlers } from '../dispatch';

/** Starting and stopping simulated people. */
export function simulatorHandlers(
  simulator: Simulator,
): Pick<Handlers, 'simulator.start' | 'simulator.stop'> {
  return {
    'simulator.start': (request) => simulator.start(request),
    'simulator.stop': () => simulator.stop(),
  };
}
