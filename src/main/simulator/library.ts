import { SwitchboardError } from '@shared/errors';
import calmEvening from './library/calm-evening.yaml?raw';
import corruptedUser from './library/corrupted-user.yaml?raw';
import everybodySkips from './library/everybody-skips.yaml?raw';
import flashCrowd from './library/flash-crowd.yaml?raw';
import halfTheClientsDie from './library/half-the-clients-die.yaml?raw';
import plainQueue from './library/plain-queue.yaml?raw';
import redisRestarts from './library/redis-restarts.yaml?raw';
import rushHour from './library/rush-hour.yaml?raw';
import slowLeaks from './library/slow-leaks.yaml?raw';
import steady from './library/steady.yaml?raw';
import twoMatchers from './library/two-matchers.yaml?raw';
import type { Scenario } from './scenario';
import { parseScenario } from './scenario-file';

const FILES: Readonly<Record<string, string>> = {
  steady,
  'calm-evening': calmEvening,
  'rush-hour': rushHour,
  'flash-crowd': flashCrowd,
  'everybody-skips': everybodySkips,
  'half-the-clients-die': halfTheClientsDie,
  'redis-restarts': redisRestarts,
  'two-matchers': twoMatchers,
  'slow-leaks': slowLeaks,
  'corrupted-user': corruptedUser,
  'plain-queue': plainQueue,
};

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
