import { z } from 'zod';

/**
 * Reads a query by the schema of an operation: `limit=5` becomes a number where a number is wanted, and the fields
 * of a `filter` stand beside the others. Whatever does not fit stays as it is, for the validation to name.
 */
export function readQuery(schema: z.ZodType, query: unknown): Record<string, unknown> {
  const object = unwrap(schema);
  const values = { ...(query as Record<string, unknown>) };
  if (!(object instanceof z.ZodObject)) return values;
  const shape = object.shape as Record<string, z.ZodType>;
  const filter = shape['filter'] ? unwrap(shape['filter']) : null;
  if (!(filter instanceof z.ZodObject)) return convert(shape, values);
  const inner = filter.shape as Record<string, z.ZodType>;
  const own = Object.entries(values).filter(
    ([name]) => Object.hasOwn(shape, name) || !Object.hasOwn(inner, name),
  );
  const ofFilter = Object.entries(values).filter(
    ([name]) => !Object.hasOwn(shape, name) && Object.hasOwn(inner, name),
  );
  return { ...convert(shape, Object.fromEntries(own)), filter: convert(inner, Object.fromEntries(ofFilter)) };
}

function convert(shape: Record<string, z.ZodType>, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Object.hasOwn(shape, name) && shape[name] ? convertValue(unwrap(shape[name]), value) : value,
    ]),
  );
}

function convertValue(schema: z.core.$ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodArray) {
    const element = unwrap(schema.element);
    return (Array.isArray(value) ? value : [value]).map((one) => convertValue(element, one));
  }
  if (typeof value !== 'string') return value;
  if (schema instanceof z.ZodNumber && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  if (schema instanceof z.ZodBoolean && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

/** The type behind defaults and optionality. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap())
    : schema;
}
