import {
  encodeMetadataValue,
  type MetadataValue,
  misfit,
  MOVE_OWNED_FIELDS,
  userMetadata,
} from '@shared/metadata';

/** The fields that a person may set by hand, by name. */
export const EDITABLE_FIELDS: readonly string[] = Object.keys(userMetadata.shape).filter(isEditable);

/** Whether a field may be set by hand; the others follow from moves. */
export function isEditable(field: string): boolean {
  return !(MOVE_OWNED_FIELDS as readonly string[]).includes(field);
}

/**
 * What was typed as the value of a field: the text itself where the field holds text, what it says in JSON where it
 * holds something else. Fields that the product does not know hold text.
 */
export function readFieldText(field: string, text: string): { value: MetadataValue } | { fault: string } {
  if (misfit(field, text) === null) return { value: text };
  const parsed = parseJson(text);
  if (parsed !== undefined && misfit(field, parsed) === null) return { value: parsed };
  return { fault: misfit(field, parsed ?? text) ?? 'another kind of value is wanted here' };
}

/** A value as text to be changed. */
export function fieldText(value: unknown): string {
  return value === undefined ? '' : encodeMetadataValue(value as MetadataValue);
}

function parseJson(text: string): MetadataValue | undefined {
  try {
    return JSON.parse(text) as MetadataValue;
  } catch {
    return undefined;
  }
}
