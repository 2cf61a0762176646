import { LINK_SCHEME } from './deep-links';
import { isScenarioFile } from './scenario-files';

/** Switches of Chromium that reach the command line beside ours and are none of our business. */
const CHROMIUM_SWITCHES =
  /^--(user-data-dir|remote-debugging-port|inspect|no-sandbox|disable-gpu|ozone-platform)(=|$)/;

/** The flags that are ours, out of everything that the process was started with. */
export function ownArguments(argv: readonly string[], packaged: boolean): string[] {
  // Packaged: the executable, then arguments. While developing: Electron, the program, then arguments.
  return argv
    .slice(packaged ? 1 : 2)
    .filter(
      (argument) =>
        !CHROMIUM_SWITCHES.test(argument) &&
        !argument.startsWith(`${LINK_SCHEME}:`) &&
        !isScenarioFile(argument),
    );
}
