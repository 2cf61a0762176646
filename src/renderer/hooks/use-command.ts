import type { Client } from '@shared/client';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useMemo } from 'react';
import { useHashLocation } from './use-hash-location';
import { type Command, type CommandContext, refusalOf, type Situation } from '../commands/command';
import { runCommand } from '../commands/run';
import { DeniedContext } from './use-denied';
import { staleness, useLive } from '../store/live';
import { useUi } from '../store/ui';

/** The client of this console, for commands and queries. */
export const ClientContext = createContext<Client | null>(null);

/** The client given by the application around. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('ClientContext is missing: render this inside <App>.');
  return client;
}

/** What decides about commands right now. A viewer until the session has said otherwise. */
export function useSituation(): Situation {
  const role = useLive((state) => state.session?.role ?? 'viewer');
  const consoleRole = useLive((state) => state.session?.consoleRole ?? 'viewer');
  const readOnly = useLive((state) => state.session?.deployment.readOnly ?? true);
  const replica = useLive(({ health }) => health?.server?.topology === 'replica');
  const stale = useLive(staleness);
  const denied = useContext(DeniedContext);
  return useMemo(
    () => ({ role, consoleRole, readOnly, replica, stale, denied }),
    [role, consoleRole, readOnly, replica, stale, denied],
  );
}

/** What commands can use. */
export function useCommandContext(): CommandContext {
  const client = useClient();
  const [, navigate] = useHashLocation();
  const queries = useQueryClient();
  return useMemo(
    () => ({ client, navigate, refresh: () => void queries.invalidateQueries() }),
    [client, navigate, queries],
  );
}

/** A command as a button needs it: its name now, why it is refused, and how to run it. */
export function useCommand(command: Command): { label: string; refusal: string | null; run: () => void } {
  const situation = useSituation();
  const context = useCommandContext();
  const label = useUi((state) => command.label(state));
  return {
    label,
    refusal: refusalOf(command, situation),
    run: () => void runCommand(command, situation, context),
  };
}
