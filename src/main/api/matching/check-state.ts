import { SwitchboardError } from '@shared/errors';
import type { State } from '@shared/states';
import type { View } from '../../engine/view';
import type { EndpointConfig } from './endpoints';

/** What a beacon may be called from: a page closes whatever the user is doing. */
const BEACON_STATES: readonly State[] = ['IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DISCONNECTING'];

/** The states in which an endpoint may be called. */
export function allowedStates(config: EndpointConfig, beacon: boolean): readonly State[] {
  return beacon ? BEACON_STATES : config.states;
}

/**
 * Judges where the user is against the rules of the endpoint. The script behind the endpoint judges again, atomically.
 * @throws SwitchboardError `unknown_user`, `split_user` or `wrong_state` with `currentState` and `allowedStates`
 */
export function checkState(config: EndpointConfig, view: View, beacon: boolean): void {
  const { user, state, states } = view;
  if (states.length > 1)
    throw new SwitchboardError(
      'split_user',
      `${user} is in ${states.length} states at once (${states.join(', ')}): an operator has to repair it first.`,
      { currentState: null, allowedStates: allowedStates(config, beacon) },
    );
  if (state === null) {
    if (config.unknownUser) return;
    throw unknownUser(user);
  }
  if (!allowedStates(config, beacon).includes(state)) throw wrongState(config, user, state);
}

/** Nobody of that id is in any state. */
export function unknownUser(user: string): SwitchboardError {
  return new SwitchboardError(
    'unknown_user',
    `${user} is not known in this pool: enqueue first, and check the pool's name.`,
  );
}

/** The user is somewhere else than the endpoint wants. */
export function wrongState(config: EndpointConfig, user: string, state: State | null): SwitchboardError {
  return new SwitchboardError(
    'wrong_state',
    `${user} is ${state ?? 'in no state'}; "${config.path}" is possible in ${config.states.join(' or ')}.`,
    { currentState: state, allowedStates: config.states },
  );
}
