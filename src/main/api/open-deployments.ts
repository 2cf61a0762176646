import type { Role } from '@shared/contract/define';
import type { Session } from '@shared/contract/session';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { Dispatcher } from './dispatch';

/** A deployment that pages can talk to. */
export interface OpenDeployment {
  session: Omit<Session, 'actor' | 'role'>;
  /** What a page's person may do there. */
  role: Role;
  dispatcher: Dispatcher;
  /** Ends everything that it runs. */
  close(): Promise<void>;
}

export interface OpenDeploymentsOptions {
  /** Opens the deployment of a connection. @throws SwitchboardError when that cannot be tried */
  open: (connection: string) => Promise<OpenDeployment>;
  clock: Clock;
  log: Logger;
  /** How long a deployment that nobody uses stays open, in milliseconds: long enough for a page to be reloaded. */
  idleMs?: number;
}

const IDLE_MS = 60_000;

/** One open deployment, and who uses it. */
interface Kept {
  deployment: OpenDeployment;
  /** Each is told once when it closes under them. */
  users: Set<() => void>;
  cancelClosing: () => void;
}

/**
 * The deployments that this process has open, side by side: nothing of one is ever seen through another. The first
 * one, which the process was started on, stays open until the end; others are opened when a page wants them and closed
 * when nobody has used them for a while.
 */
export class OpenDeployments {
  private readonly kept = new Map<string, Kept>();
  private readonly opening = new Map<string, Promise<OpenDeployment>>();
  private firstKept: OpenDeployment | null = null;

  constructor(private readonly options: OpenDeploymentsOptions) {}

  /** Takes the deployment that the process was started on. */
  begin(first: OpenDeployment): void {
    this.firstKept = first;
    this.keep(first);
  }

  /** The deployment that the process was started on. @throws Error before there is one */
  get first(): OpenDeployment {
    if (!this.firstKept) throw new Error('no deployment yet');
    return this.firstKept;
  }

  /** An open deployment by its id. */
  find(id: string): OpenDeployment | null {
    return this.kept.get(id)?.deployment ?? null;
  }

  /** The deployment of a connection, opened where it is not open yet. @throws what opening throws */
  async open(connection: string): Promise<OpenDeployment> {
    const open = this.ofConnection(connection);
    if (open) {
      this.closeWhenIdle(open);
      return open.deployment;
    }
    const under = this.opening.get(connection) ?? this.openAnew(connection);
    this.opening.set(connection, under);
    return await under;
  }

  /**
   * Keeps a deployment open while somebody uses it.
   * @param onClosed called when it is closed all the same, because its connection has changed
   * @returns ends the use
   */
  use(id: string, onClosed: () => void = () => {}): () => void {
    const kept = this.kept.get(id);
    if (!kept) return () => {};
    kept.cancelClosing();
    const user = () => onClosed();
    kept.users.add(user);
    return () => {
      if (kept.users.delete(user) && kept.users.size === 0) this.closeWhenIdle(kept);
    };
  }

  /** Closes the deployment of a connection, if it is open and not the first. Whoever uses it is told. */
  async close(connection: string): Promise<void> {
    await this.opening.get(connection)?.catch(() => undefined);
    const kept = this.ofConnection(connection);
    if (kept && kept.deployment !== this.firstKept) await this.end(kept);
  }

  /** Closes every deployment, the first one last. */
  async closeAll(): Promise<void> {
    await Promise.allSettled(this.opening.values());
    const all = [...this.kept.values()].reverse();
    for (const kept of all) await this.end(kept);
  }

  private async openAnew(connection: string): Promise<OpenDeployment> {
    try {
      const deployment = await this.options.open(connection);
      this.closeWhenIdle(this.keep(deployment));
      return deployment;
    } finally {
      this.opening.delete(connection);
    }
  }

  private keep(deployment: OpenDeployment): Kept {
    const kept: Kept = { deployment, users: new Set(), cancelClosing: () => {} };
    this.kept.set(deployment.session.deployment.id, kept);
    return kept;
  }

  private ofConnection(connection: string): Kept | undefined {
    return [...this.kept.values()].find(
      ({ deployment }) => deployment.session.deployment.connection === connection,
    );
  }

  private closeWhenIdle(kept: Kept): void {
    kept.cancelClosing();
    if (kept.users.size > 0 || kept.deployment === this.firstKept) return;
    const { clock, log, idleMs = IDLE_MS } = this.options;
    kept.cancelClosing = clock.after(idleMs, () => {
      this.end(kept).catch((fault: unknown) =>
        log.error({ err: fault }, 'a deployment did not close cleanly'),
      );
    });
  }

  private async end(kept: Kept): Promise<void> {
    kept.cancelClosing();
    this.kept.delete(kept.deployment.session.deployment.id);
    for (const tell of [...kept.users]) tell();
    kept.users.clear();
    await kept.deployment.close();
  }
}
