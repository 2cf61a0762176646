import { type ErrorCode, SwitchboardError } from '@shared/errors';
import { getValidTransitions, isState, type State } from '@shared/states';

/** One reason why a script refused, as it reports it. */
export type ScriptFault = [
  step: number,
  user: string,
  states: (State | 'UNKNOWN')[],
  wanted: string,
  word:
    | 'illegal'
    | 'expected'
    | 'split'
    | 'wrong_state'
    | 'alone'
    | 'cooldown'
    | 'unknown'
    | 'there'
    | 'moved_on'
    | 'left',
];

function statesInWords(states: readonly string[]): string {
  return states.map((state) => (state === 'UNKNOWN' ? 'in no state' : state)).join(' and ');
}

/** What a flow's verb is called in a sentence: "alice is IDLE and cannot …". */
const VERBS: Readonly<Record<string, string>> = {
  pair: 'be paired',
  skip: 'skip a partner',
  end: 'end a call',
  connect: 'enter a call',
  fail: 'fail to connect',
  leave: 'leave the queue',
};

/** What a fault means, as a clause without a full stop. */
export function explain([, user, states, wanted, word]: ScriptFault): string {
  const where = statesInWords(states);
  switch (word) {
    case 'split':
      return `${user} is in ${states.length} states at once (${states.join(', ')}): repair it first`;
    case 'wrong_state':
      return `${user} is ${where} and cannot ${VERBS[wanted] ?? wanted}`;
    case 'alone':
      return `${user} is ${where}, but the partner is not there any more: let the connection fail instead`;
    case 'left':
      return `${user} is ${where} by now and would be missing in the pair`;
    case 'cooldown':
      return `${user} and ${wanted} were together a moment ago and are kept apart for a while`;
    case 'unknown':
      return `${user} is not known`;
    case 'there':
      return `${user} is ${where} already`;
    case 'moved_on':
      return `${user} is ${where} by now`;
    case 'expected':
      return `${user} is ${where} by now, not where it was expected`;
    case 'illegal': {
      const state = states[0] ?? 'UNKNOWN';
      const allowed = getValidTransitions(state === 'UNKNOWN' ? null : state);
      return `${user} is ${where} and may go to ${allowed.join(' or ')}, not to ${wanted}`;
    }
  }
}

/** The code of a refusal for several reasons is that of the gravest. */
const CODES = [
  ['split', 'split_user'],
  ['illegal', 'illegal_transition'],
  ['unknown', 'unknown_user'],
  ['expected', 'moved_on'],
  ['moved_on', 'moved_on'],
  ['left', 'moved_on'],
  ['cooldown', 'on_cooldown'],
] as const satisfies readonly (readonly [ScriptFault[4], ErrorCode])[];

/**
 * The error for a refused script: names each user, its state and the states it may go to. Nothing was written.
 * @param flow what the caller wanted in words, where a wrong state is a wrong moment rather than a wrong move
 */
export function refusal(json: string, flow?: string): SwitchboardError {
  const faults = (JSON.parse(json) as ScriptFault[]).map((fault): ScriptFault => {
    const [step, user, states, , word] = fault;
    return flow && word !== 'split' ? [step, user, states, flow, 'wrong_state'] : fault;
  });
  const details = faults.map((fault) => {
    const [step, user, states, wanted, word] = fault;
    const only = states.length === 1 && states[0] !== undefined && isState(states[0]) ? states[0] : null;
    return {
      step,
      user,
      currentState: only,
      states: states.filter((state) => state !== 'UNKNOWN'),
      wanted,
      word,
      allowedStates: states.length === 1 ? getValidTransitions(only) : [],
      message: explain(fault),
    };
  });
  const words = new Set(faults.map((fault) => fault[4]));
  const code = CODES.find(([word]) => words.has(word))?.[1] ?? 'wrong_state';
  const shown = details.slice(0, 3).map((fault) => fault.message);
  const rest = details.length > 3 ? `; and ${details.length - 3} more` : '';
  return new SwitchboardError(code, `${shown.join('; ')}${rest}.`, { faults: details });
}
