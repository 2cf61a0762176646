import { SwitchboardError } from '@shared/errors';
import steady from './library/steady.yaml?raw';
import type { Scenario } from './scenario';
import { parseScenario } from './scenario-file';

const FILES: Readonly<Record<string, string>> = { steady };

/** The names of the ready scenarios. */
export const SCENARIO_NAMES = Object.keys(FILES);

/** The text of a ready scenario, to look at and to change. @throws SwitchboardError `not_found`. */
export function scenarioText(name: string): string {
  const text = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (text !== undefined) return text;
  throw new SwitchboardError(
    'not_found',
    `There is no scenario "${name}". Ready ones are: ${SCENARIO_NAMES.join(', ')}.`,
  );
}

/** A ready scenario. @throws SwitchboardError `not_found`. */
export function readyScenario(name: string): Scenario {
  return parseScenario(scenarioText(name), `${name}.yaml`);
}
