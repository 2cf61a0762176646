import { type Client, createClient } from '@shared/client';
import { START } from '@shared/contract/connections';
import type { Session } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import type { Unsubscribe, Wire } from '@shared/transport';
import { startFeed } from './feed';
import { currentPlace, navigate, readBelonging } from './hooks/use-hash-location';
import { outcomeOf } from './components/job-words';
import { jobs, runningJobs } from './store/jobs';
import { checkPool, followAddress, poolOfLink, writePlace } from './place';
import { emptyLive, live } from './store/live';
import { showToast, toasts } from './store/toasts';
import { ui } from './store/ui';

/** After this long it is asked again who we are talking to. */
const RETRY_MS = 1_000;
/** Which connection this tab shows, through reloads of it. */
const KEPT_AS = 'switchboard.connection';

/**
 * Shows the deployment of the connection that the person chose: opens it, gives the console a client that reaches this
 * one only, and follows its feeds. When another one is chosen, nothing that the console holds of the first survives,
 * and no late answer of it is let through. Returns what ends it all.
 */
export function startConsole(wire: Wire): Unsubscribe {
  const asking = createClient(wire);
  let stopFeed: Unsubscribe = () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  async function find(): Promise<void> {
    clearTimeout(timer);
    const { connection } = ui.getState();
    const isPast = () => ended || ui.getState().connection !== connection;
    try {
      const session = await openSession(asking, connection);
      if (!isPast()) enter(session);
    } catch (fault) {
      if (isPast()) return;
      if (connection === START || !isRefusal(fault)) timer = setTimeout(() => void find(), RETRY_MS);
      else giveUp(fault);
    }
  }

  function enter(session: Session): void {
    const before = live.getState();
    if (before.session?.deployment.id === session.deployment.id) {
      live.setState({ session });
      return;
    }
    stopFeed();
    before.client?.close();
    const wasHere = before.session?.deployment.connection;
    const pool = poolOfLink(session, wasHere === undefined || wasHere === session.deployment.connection);
    const client = createClient(wire, session.deployment.id);
    const switches = before.session ? before.switches + 1 : before.switches;
    live.setState({ ...emptyLive(Date.now()), wire: before.wire, session, client, switches });
    const cutOff = runningJobs().map((job) => `${job.title} was cut off. ${outcomeOf(job)}`);
    forgetDeployment(before.session, session, pool);
    stopFeed = startFeed(client, () => void find());
    void checkPool(client, session);
    if (before.session) tellWhatEnded(before.session, session, cutOff);
  }

  ui.setState({ connection: readBelonging().connection ?? sessionStorage.getItem(KEPT_AS) ?? START });
  const stopAddress = followAddress();
  const stopWire = watchWire(wire, () => void find());
  const stopChoosing = ui.subscribe((now, before) => {
    if (now.connection === before.connection) return;
    sessionStorage.setItem(KEPT_AS, now.connection);
    if (live.getState().session?.deployment.connection !== now.connection) void find();
  });
  return () => {
    ended = true;
    clearTimeout(timer);
    stopWire();
    stopAddress();
    stopChoosing();
    stopFeed();
    asking.close();
  };
}

function openSession(client: Client, connection: string): Promise<Session> {
  if (connection === START) return client.call('session.get', {});
  return client.call('connections.open', { id: connection });
}

/** Whether asking again would be answered the same. */
function isRefusal(fault: unknown): fault is SwitchboardError {
  return fault instanceof SwitchboardError && fault.code !== 'wire_lost' && fault.code !== 'internal';
}

/** The choice cannot be had: the person stays where they were, and is told why. */
function giveUp(fault: SwitchboardError): void {
  showToast({ tone: 'bad', title: 'The connection was not opened', detail: fault.message });
  ui.setState({ connection: live.getState().session?.deployment.connection ?? START });
  if (live.getState().session) writePlace();
}

/** Says what going on to a deployment cut off, and what it changed where the connection was opened anew under the person. */
function tellWhatEnded(before: Session, { role, deployment }: Session, cutOff: readonly string[]): void {
  const isAnew = before.deployment.connection === deployment.connection;
  const changed = isAnew && (before.role !== role || before.deployment.readOnly !== deployment.readOnly);
  if (!changed && cutOff.length === 0) return;
  const rights = `You are ${role} there now${deployment.readOnly ? ', and it is read-only' : ''}.`;
  const work = [...cutOff, 'The audit trail says what else was done.'].join(' ');
  showToast({
    tone: 'bad',
    title: isAnew ? `${deployment.name} was opened anew` : `${before.deployment.name} was left`,
    detail: [changed && rights, cutOff.length > 0 && work].filter(Boolean).join(' '),
  });
}

/** Takes everything from the window that belongs to a deployment: choices, messages, work. */
function forgetDeployment(before: Session | null, now: Session, pool: string): void {
  const { connection } = now.deployment;
  const isLinked = readBelonging().connection === connection;
  toasts.setState({ list: [] });
  jobs.setState({ list: [] });
  ui.setState({
    pool,
    pausedAt: null,
    action: null,
    cleanupOpen: false,
    recoveryOpen: false,
    thresholdsOpen: false,
    snoozing: null,
    metadataEdit: null,
    paletteOpen: false,
  });
  // The address may name a user or a filter of the other one, unless it is a link that led here.
  const staysThere = !before || before.deployment.connection === connection;
  if (staysThere || isLinked || currentPlace().startsWith('/connections')) writePlace();
  else navigate('/', { replace: true });
}

/** Follows the wire, and asks who we are talking to whenever it opens: another process may have answered. */
function watchWire(wire: Wire, opened: () => void): Unsubscribe {
  if (!wire.watch) {
    live.setState({ wire: { status: 'open', since: Date.now(), nextAttemptAt: null, reason: null } });
    opened();
    return () => undefined;
  }
  return wire.watch((status) => {
    const before = live.getState().wire.status;
    live.setState({ wire: status });
    if (status.status === 'open' && (before !== 'open' || !live.getState().session)) opened();
  });
}
