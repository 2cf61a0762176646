import { readFileSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';

/** What the packages register with the system; see electron-builder.config.mjs. */
export const SCENARIO_EXTENSION = '.switchboard';

/** More than any scenario needs (bytes); it travels in an address. */
const MAX_BYTES = 64 * 1024;

/** The scenario file in a command line, as systems other than macOS hand it over; null where there is none. */
export function scenarioInArguments(argv: readonly string[], folder: string): string | null {
  const path = argv.find(isScenarioFile);
  return path === undefined ? null : resolve(folder, path);
}

/** Whether a word of a command line names a scenario file. */
export function isScenarioFile(word: string): boolean {
  return !word.startsWith('-') && extname(word).toLowerCase() === SCENARIO_EXTENSION;
}

/**
 * The place in the page that shows a scenario file: the simulator with its text to look at; nothing is started.
 * @throws Error in words for people when the file cannot be read
 */
export function placeOfScenario(path: string): string {
  if (!isScenarioFile(path)) throw new Error(`${path} is not a scenario file (${SCENARIO_EXTENSION}).`);
  const { size } = statSync(path);
  if (size > MAX_BYTES) throw new Error(`${path} is larger than a scenario can be (${MAX_BYTES} bytes).`);
  return `/simulator?tab=scenario&scenario=${encodeURIComponent(readFileSync(path, 'utf8'))}`;
}
