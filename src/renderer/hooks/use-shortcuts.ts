import { useEffect, useEffectEvent } from 'react';
import { tinykeys } from 'tinykeys';
import type { Command } from '../commands/command';
import { runCommand } from '../commands/run';
import { useCommandContext, useSituation } from './use-command';

/** Whether a key press belongs to a field or an open dialog rather than to the console. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (!target) return false;
  return target.isContentEditable || target.closest('input, textarea, select, [role="dialog"]') !== null;
}

/** Lets the keyboard run the commands that have a shortcut. One with a modifier works in fields too. */
export function useShortcuts(commands: readonly Command[]): void {
  const situation = useSituation();
  const context = useCommandContext();
  // What decides may change between the two keys of one shortcut, and must not make the second one a first.
  const run = useEffectEvent((command: Command) => void runCommand(command, situation, context));
  useEffect(() => {
    const bindings = commands.flatMap((command) => {
      const { shortcut } = command;
      if (!shortcut) return [];
      const press = (event: KeyboardEvent) => {
        if (isTaken(event) && !shortcut.startsWith('$mod')) return;
        event.preventDefault();
        run(command);
      };
      return [[shortcut, press] as const];
    });
    return tinykeys(window, Object.fromEntries(bindings));
  }, [commands]);
}
