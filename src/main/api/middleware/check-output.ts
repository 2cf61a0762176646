import { z } from 'zod';
import type { Middleware } from '../pipeline';

/**
 * Holds handlers to the contract. For tests: in production a console that shows an unforeseen value is of more
 * use than one that shows an error. The fault is an ordinary one, so it reaches the log and `internal`.
 */
export const checkOutput: Middleware = async (call, next) => {
  const value = await next();
  if (call.type === 'operation') assertConforms(call.name, call.spec.output, value);
  return value;
};

/** @throws Error naming what does not conform. */
export function assertConforms(name: string, schema: z.ZodType, value: unknown): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new Error(`"${name}" gave what its contract does not promise:\n${z.prettifyError(parsed.error)}`);
}
