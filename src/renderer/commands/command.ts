import type { Client } from '@shared/client';
import { type OperationName, operations } from '@shared/contract';
import { type Role, roleIncludes } from '@shared/contract/define';
import type { LucideIcon } from 'lucide-react';
import type { Ui } from '../store/ui';

/** What decides whether a command may run now. The main process decides again, and its word counts. */
export interface Situation {
  /** On the deployment that is shown. */
  role: Role;
  /** For what belongs to the console itself. */
  consoleRole: Role;
  readOnly: boolean;
  /** The server itself takes no changes, because it follows another one. */
  replica: boolean;
  /** Why nothing current is on the screen, if so. */
  stale: 'console' | 'redis' | null;
  /** By operation: why the Redis user of the connection may not do it. */
  denied: ReadonlyMap<string, string>;
}

/** What a command can use. */
export interface CommandContext {
  client: Client;
  navigate: (path: string) => void;
  /** Asks again for what operations answered, because a command has changed it. */
  refresh: () => void;
}

/**
 * One thing an operator can do. Buttons, menus, the palette and the keyboard all read the same object, so that
 * name, icon, shortcut and permission agree everywhere.
 */
export interface Command {
  id: string;
  group: 'Go to' | 'View' | 'Connection' | 'Simulator' | 'User' | 'Alarm';
  icon: LucideIcon;
  label: (ui: Ui) => string;
  /** Words that also find it in the palette. */
  keywords?: string;
  /** In the notation of tinykeys: `$mod+k`, `g o`. */
  shortcut?: string;
  /** The operation it calls; its access level and kind in the contract decide who may run it and when. */
  operation?: OperationName;
  /** A reason of its own why it cannot run now, for a person to read. */
  refuse?: (situation: Situation) => string | null;
  run: (context: CommandContext) => void | Promise<void>;
}

const AWAY = {
  console: 'The console has lost its own server; nothing can be asked of it until it answers again.',
  redis: 'Redis is away: nothing can be changed until it is back.',
} as const;

const REPLICA =
  'This Redis is a replica, where nothing can be changed: connect to its primary, or wait until this one is promoted.';

/** Why a command cannot run now, in words for its tooltip, or null when it can. */
export function refusalOf(
  command: Pick<Command, 'operation' | 'refuse'>,
  situation: Situation,
): string | null {
  const spec = command.operation && operations[command.operation];
  if (spec) {
    const role = spec.ofConsole ? situation.consoleRole : situation.role;
    if (!roleIncludes(role, spec.access)) return `This needs the role ${spec.access}; you are ${role}.`;
    if (situation.stale === 'console') return AWAY.console;
    if (spec.kind === 'command' && !spec.local) {
      if (situation.readOnly) return 'This connection is read-only.';
      if (situation.stale === 'redis') return AWAY.redis;
      if (situation.replica) return REPLICA;
    }
    const denied = command.operation && situation.denied.get(command.operation);
    if (denied) return denied;
  }
  return command.refuse?.(situation) ?? null;
}
