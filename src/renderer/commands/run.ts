import { SwitchboardError } from '@shared/errors';
import { showToast } from '../store/toasts';
import { type Command, type CommandContext, refusalOf, type Situation } from './command';

/** Runs a command where it is allowed; a refusal or failure is told in a toast, never swallowed. */
export async function runCommand(
  command: Command,
  situation: Situation,
  context: CommandContext,
): Promise<void> {
  const refusal = refusalOf(command, situation);
  if (refusal) {
    showToast({ tone: 'bad', title: 'Not now', detail: refusal });
    return;
  }
  try {
    await command.run(context);
    if (command.operation) context.refresh();
  } catch (fault) {
    showToast({ tone: 'bad', title: 'That did not work', detail: describeFault(fault) });
  }
}

/** The sentence to show for anything thrown. */
export function describeFault(fault: unknown): string {
  if (fault instanceof SwitchboardError) return fault.message;
  return 'Something unexpected went wrong in this window; reloading it may help.';
}
