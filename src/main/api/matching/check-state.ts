import { SwitchboardError } from '@shared/errors';
import type { State } from '@shared/states';
import type { View } from '../../engine/view';
import type { CheckedRequest, EndpointConfig } from './endpoints';

/**
 * The states in which a request is possible: those of its endpoint, unless the endpoint's own check says otherwise.
 * @throws SwitchboardError what that check refuses it with
 */
export function statesFor(config: EndpointConfig, request: CheckedRequest): readonly State[] {
  return config.check?.judge(request, config.states) ?? config.states;
}

/**
 * Judges where the user is against the rules of the endpoint. The script behind the endpoint judges again, atomically.
 * @param states those in which the request is possible
 * @throws SwitchboardError `unknown_user`, `split_user` or `wrong_state` with `currentState` and `allowedStates`
 */
export function checkState(config: EndpointConfig, view: View, states: readonly State[]): void {
  const { user, state } = view;
  if (view.states.length > 1)
    throw new SwitchboardError(
      'split_user',
      `${user} is in ${view.states.length} states at once (${view.states.join(', ')}): an operator has to repair it first.`,
      { currentState: null, allowedStates: states },
    );
  if (state === null) {
    if (config.unknownUser) return;
    throw unknownUser(user);
  }
  if (!states.includes(state))
    throw new SwitchboardError(
      'wrong_state',
      `${user} is ${state}; "${config.path}" is possible in ${states.join(' or ')}.`,
      { currentState: state, allowedStates: states },
    );
}

/** Nobody of that id is in any state. */
export function unknownUser(user: string): SwitchboardError {
  return new SwitchboardError(
    'unknown_user',
    `${user} is not known in this pool: enqueue first, and check the pool's name.`,
  );
}
