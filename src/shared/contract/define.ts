import type { z } from 'zod';
import type { State } from '../states';

/** What a person may do: viewers watch, operators act on users one way or another, admins force and clean up. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role includes the rights of another. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/**
 * One operation: what it takes, what it gives, who may call it.
 * A `query` changes nothing; a `command` changes Redis or this process, is refused on a read-only profile and
 * while Redis is away, and is written to the log with its caller.
 */
export interface OperationSpec<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  kind: 'query' | 'command';
  access: Role;
  summary: string;
  input: I;
  output: O;
  /** States the user of the input must be in, where the operation depends on it; the script enforces it too. */
  states?: readonly State[];
  /** `script` where the change itself writes the audit trail; the door writes it for every other command. */
  audit?: 'script';
  /** Commands that touch this process only, and so are allowed while Redis is away or read-only. */
  local?: boolean;
  /**
   * Belongs to the console itself and to no deployment: the role that the console was started for decides, whatever a
   * page's deployment allows.
   */
  ofConsole?: boolean;
  /** What the audit trail says of a call that was done besides reason and users, where the door writes it. */
  tell?(input: z.output<I>, output: z.output<O>): string;
}

/** One feed: what chooses it and what each event holds. Feeds are read-only. */
export interface FeedSpec<I extends z.ZodType = z.ZodType, E extends z.ZodType = z.ZodType> {
  access: Role;
  summary: string;
  input: I;
  event: E;
}

/** Declares an operation that only reads. */
export function query<I extends z.ZodType, O extends z.ZodType>(
  spec: Omit<OperationSpec<I, O>, 'kind'>,
): OperationSpec<I, O> {
  return { kind: 'query', ...spec };
}

/** Declares an operation that changes something. */
export function command<I extends z.ZodType, O extends z.ZodType>(
  spec: Omit<OperationSpec<I, O>, 'kind'>,
): OperationSpec<I, O> {
  return { kind: 'command', ...spec };
}

/** Declares a feed. */
export function feed<I extends z.ZodType, E extends z.ZodType>(spec: FeedSpec<I, E>): FeedSpec<I, E> {
  return spec;
}
