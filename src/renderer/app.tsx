import type { Client } from '@shared/client';
import { SwitchboardError } from '@shared/errors';
import type { Wire } from '@shared/transport';
import { QueryClientProvider } from '@tanstack/react-query';
import { Tooltip } from 'radix-ui';
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from 'react';
import { Redirect, Router, useLocation } from 'wouter';
import { useHashLocation } from './hooks/use-hash-location';
import { startAlarmCalls } from './alarm-calls';
import { startColleagueCalls } from './colleague-calls';
import { COMMANDS } from './commands/list';
import { Corner } from './components/corner';
import { FaultBoundary } from './components/fault-boundary';
import { ClientContext } from './hooks/use-command';
import { DeniedContext, useDenied } from './hooks/use-denied';
import { useShortcuts } from './hooks/use-shortcuts';
import { startConsole } from './session';
import { createQueryClient } from './hooks/use-operation';
import { startPrivateStoreCalls } from './private-store-calls';
import { isOnScreen, SCREENS } from './screens';
import { chooseNumberFormat } from './format';
import { useLive } from './store/live';
import { useUi } from './store/ui';
import { startTheme } from './theme';
import { startTitle } from './title';
import { SnoozeDialog } from './views/alarms/snooze-dialog';
import { ThresholdsDialog } from './views/alarms/thresholds-dialog';
import { ActionDialog } from './views/frame/action-dialog';
import { CleanupDialog } from './views/frame/cleanup-dialog';
import { RecoveryDialog } from './views/integrity/recovery-dialog';
import { Frame } from './views/frame/frame';
import { CommandPalette } from './views/frame/palette';
import { ShortcutsDialog } from './views/frame/shortcuts-dialog';
import { MetadataDialog } from './views/users/metadata-dialog';

/** Whom the console asks before it knows whom it talks to. */
const NOBODY: Client = {
  call: () => Promise.reject(new SwitchboardError('wire_lost', 'The console is not connected yet.')),
  listen: () => () => undefined,
  close: () => undefined,
};

/** The whole console over one wire: the desktop's, the browser's or a test's. */
export function App({ wire }: { wire: Wire }) {
  const switches = useLive((state) => state.switches);
  useEffect(() => startConsole(wire), [wire]);
  useEffect(() => startAlarmCalls(), []);
  useEffect(() => startTitle(document), []);
  useEffect(() => startTheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)')), []);
  return <Deployment key={switches} />;
}

/** What shows one deployment. Another one begins anew, so that nothing that was asked of the first is left. */
function Deployment() {
  const client = useLive((state) => state.client) ?? NOBODY;
  const queries = useMemo(() => createQueryClient(), []);
  useEffect(startPrivateStoreCalls, []);
  useEffect(() => startColleagueCalls(client, () => void queries.invalidateQueries()), [client, queries]);
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>
        <Router hook={useHashLocation}>
          <Tooltip.Provider delayDuration={350}>
            <Rights>
              <Place />
            </Rights>
          </Tooltip.Provider>
        </Router>
      </QueryClientProvider>
    </ClientContext>
  );
}

const Wallboard = lazy(async () => ({
  default: (await import('./views/wallboard/wallboard')).Wallboard,
}));

/** What the Redis user may not do is found out once, for every button below. */
function Rights({ children }: { children: ReactNode }) {
  return <DeniedContext value={useDenied()}>{children}</DeniedContext>;
}

/** The wallboard has no frame and no commands: nobody who passes by changes anything. */
function Place() {
  const [location] = useLocation();
  // Numbers are written by functions that many places call: a new way of writing them draws everything anew.
  const numbers = useUi((state) => state.numbers);
  useMemo(() => chooseNumberFormat(numbers), [numbers]);
  if (location !== '/wallboard') return <Console key={numbers} />;
  return (
    <Suspense fallback={null}>
      <Wallboard />
    </Suspense>
  );
}

function Console() {
  const known = useLive(({ session }) => session !== null);
  useShortcuts(COMMANDS);
  return (
    <>
      <Frame>
        <Suspense fallback={null}>
          {/* Before it is known whom we talk to, a screen would ask nobody. */}
          {known && <Screens />}
        </Suspense>
      </Frame>
      <CommandPalette />
      <ShortcutsDialog />
      <ActionDialog />
      <CleanupDialog />
      <RecoveryDialog />
      <MetadataDialog />
      <SnoozeDialog />
      <ThresholdsDialog />
      <Corner />
    </>
  );
}

function Screens() {
  const [place] = useLocation();
  const screen = SCREENS.find((one) => isOnScreen(one, place));
  if (!screen) return <Redirect to="/" />;
  return (
    <FaultBoundary key={screen.path} what="This screen" place={place}>
      <screen.view />
    </FaultBoundary>
  );
}
