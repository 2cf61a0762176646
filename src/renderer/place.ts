import type { Client } from '@shared/client';
import { pool as poolName } from '@shared/contract/common';
import { START } from '@shared/contract/connections';
import type { Session } from '@shared/contract/session';
import type { Unsubscribe } from '@shared/transport';
import { showConnection } from './commands/connection-commands';
import { currentPlace, navigate, readBelonging } from './hooks/use-hash-location';
import { live } from './store/live';
import { showToast } from './store/toasts';
import { ui } from './store/ui';

/**
 * The pool that a window shows when it has come to a deployment: the one of its link, where the link belongs there.
 * @param isHere whether the window showed this connection before, or none
 */
export function poolOfLink({ deployment }: Session, isHere: boolean): string {
  const { connection, pool } = readBelonging();
  const belongs = connection === null ? isHere : connection === deployment.connection;
  return (belongs ? pool : null) ?? deployment.pool;
}

/** Keeps the address and the window together: a link that is opened here leads to its connection and its pool. */
export function followAddress(): Unsubscribe {
  addEventListener('hashchange', goWhereItLeads);
  const stopPool = ui.subscribe((now, before) => {
    if (now.pool !== before.pool) writePlace();
  });
  return () => {
    removeEventListener('hashchange', goWhereItLeads);
    stopPool();
  };
}

/** Writes into the address what is shown. */
export function writePlace(): void {
  navigate(currentPlace(), { replace: true });
}

function goWhereItLeads(): void {
  const { session, client } = live.getState();
  if (!session || !client) return;
  const { connection } = readBelonging();
  const isElsewhere = connection !== null && connection !== session.deployment.connection;
  if (isElsewhere) {
    if (ui.getState().connection !== connection) showConnection(connection);
    // Refused: the address names again what is shown.
    if (ui.getState().connection !== connection) writePlace();
    return;
  }
  const pool = poolOfLink(session, true);
  if (pool === ui.getState().pool) return;
  ui.setState({ pool });
  void checkPool(client, session);
}

/** Says so, and shows the first pool instead, where a link named one that is not there. */
export async function checkPool(client: Client, { deployment }: Session): Promise<void> {
  const { pool } = ui.getState();
  if (pool === deployment.pool) return;
  const known = poolName.safeParse(pool).success && (await isKnown(client, pool));
  if (known || ui.getState().pool !== pool) return;
  ui.setState({ pool: deployment.pool });
  showToast({
    tone: 'bad',
    title: `There is no pool ${JSON.stringify(pool.slice(0, 40))} on ${deployment.name}`,
    detail: `The link named it. This is the pool ${deployment.pool}.`,
  });
}

/** Where the pools cannot be read just now, the pool may be there. */
async function isKnown(client: Client, pool: string): Promise<boolean> {
  try {
    return (await client.call('pools.list', {})).pools.includes(pool);
  } catch {
    return true;
  }
}

/**
 * A link to what is shown, with everything that it belongs to: for this console's address in a browser, for the
 * application on the desktop, which opens users only. Null where there is no link to this view.
 */
export function linkHere(): string | null {
  const { session } = live.getState();
  const belonging = new URLSearchParams({
    pool: ui.getState().pool,
    connection: session?.deployment.connection ?? START,
  });
  const place = currentPlace();
  if (session?.host !== 'desktop') {
    const whole = `${place}${place.includes('?') ? '&' : '?'}${belonging.toString()}`;
    return `${location.origin}${location.pathname}#${whole}`;
  }
  const user = /^\/users\/([^?]+)/.exec(place)?.[1];
  return user === undefined ? null : `switchboard://user/${user}?${belonging.toString()}`;
}
