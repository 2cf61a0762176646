import { z } from 'zod';
import { count, duration, state, timestamp } from './contract/common';

/** What the last thing was that a user did. */
export const LAST_ACTIONS = ['skip', 'end', 'match', 'queue', 'disconnect'] as const;

/**
 * What is known about a user beside the state: the fields of the hash `user:<id>`. Strings are stored as they are,
 * other values as JSON (`12`, `true`). The sets are the truth about the state; `state` here is a copy that the
 * scripts keep in step.
 */
export const userMetadata = z
  .object({
    state,
    lastStateChange: timestamp,
    previousState: state,
    lastHeartbeat: timestamp,
    lastActivity: timestamp,
    sessionStartTime: timestamp,
    currentRoom: z.string(),
    matchedWith: z.string(),
    roomJoinTime: timestamp,
    lastAction: z.enum(LAST_ACTIONS),
    lastActionTime: timestamp,
    totalMatches: count,
    totalSkips: count,
    totalEnds: count,
    /** Calls that came to stand. */
    totalCalls: count,
    /** In milliseconds, over totalCalls. */
    averageCallDuration: duration,
    isActive: z.boolean(),
    /** Until when a missing heartbeat is forgiven; true without an end. */
    gracePeriod: z.union([timestamp, z.boolean()]),
    lastIP: z.string(),
    userAgent: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
    debugInfo: z.record(z.string(), z.json()),
    /** When the user entered the queue, so that a failed connection costs no place. */
    queuedAt: timestamp,
    lastPartner: z.string(),
    lastRoom: z.string(),
    /** The room in which the user said that the connection stands. */
    ready: z.string(),
  })
  .partial();
export type UserMetadata = z.output<typeof userMetadata>;

/** The name of a field that the product knows. */
export type MetadataField = keyof UserMetadata;

/** What a user has who was just created, beside the times of creation. */
export const METADATA_DEFAULTS = {
  totalMatches: 0,
  totalSkips: 0,
  totalEnds: 0,
  totalCalls: 0,
  averageCallDuration: 0,
  isActive: true,
} as const satisfies UserMetadata;

/**
 * Fields that only a move may change, because they must agree with the sets and with the partner. `updatedAt` is
 * written with every change.
 */
export const MOVE_OWNED_FIELDS = [
  'state',
  'previousState',
  'lastStateChange',
  'matchedWith',
  'currentRoom',
  'roomJoinTime',
  'queuedAt',
  'ready',
  'updatedAt',
] as const satisfies readonly MetadataField[];

/** A metadata value as people and programs give it. */
export const metadataValue = z.json();
export type MetadataValue = z.output<typeof metadataValue>;

/** A field whose text is not what the field should hold. */
export const unreadableField = z.object({ field: z.string(), text: z.string(), expected: z.string() });

/** A hash as read: what is known and readable, what others keep there, what cannot be read. */
export const parsedMetadata = z.object({
  values: userMetadata,
  /** Fields that other programs keep with the user, as they stand there. */
  unknown: z.record(z.string(), z.string()),
  unreadable: z.array(unreadableField),
});
export type ParsedMetadata = z.output<typeof parsedMetadata>;

function schemaOf(field: string): z.ZodType | null {
  const fields: Record<string, z.ZodType> = userMetadata.shape;
  return Object.hasOwn(fields, field) ? (fields[field] ?? null) : null;
}

/** A value as the hash keeps it. */
export function encodeMetadataValue(value: MetadataValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a field should hold, in words, or null when the value fits. Fields of others hold anything. */
export function misfit(field: string, value: MetadataValue): string | null {
  const result = schemaOf(field)?.safeParse(value);
  return !result || result.success ? null : expectedBy(result.error);
}

/** Reads a hash. Nothing is guessed: what does not parse is reported with its text. */
export function parseMetadata(hash: Readonly<Record<string, string>>): ParsedMetadata {
  const values: [string, unknown][] = [];
  const unknown: [string, string][] = [];
  const unreadable: ParsedMetadata['unreadable'] = [];
  for (const [field, text] of Object.entries(hash)) {
    const schema = schemaOf(field);
    const result = schema && readAs(schema, text);
    if (!result) unknown.push([field, text]);
    else if (result.success) values.push([field, result.data]);
    else unreadable.push({ field, text, expected: expectedBy(result.error) });
  }
  return {
    values: Object.fromEntries(values),
    unknown: Object.fromEntries(unknown),
    unreadable,
  };
}

function expectedBy(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'another kind of value';
}

/** The text itself where the field holds text, what it says in JSON otherwise. */
function readAs(schema: z.ZodType, text: string): z.ZodSafeParseResult<unknown> {
  const asText = schema.safeParse(text);
  if (asText.success) return asText;
  try {
    return schema.safeParse(JSON.parse(text));
  } catch {
    return asText;
  }
}
