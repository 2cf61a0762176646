import { z } from 'zod';
import { SwitchboardError } from '@shared/errors';
import type { Middleware } from '../pipeline';

/** How many faults are told at once; beyond that they repeat themselves. */
const FAULTS_TOLD = 10;

/** Replaces the raw input by the parsed one, defaults filled in, or tells every fault in words. */
export const validateInput: Middleware = (call, next) => {
  // A caller that sends nothing means "all defaults"; JSON has no undefined.
  const parsed = call.spec.input.safeParse(call.input ?? {});
  if (!parsed.success) throw badInput(call.name, parsed.error);
  call.input = parsed.data;
  return next();
};

function badInput(name: string, error: z.ZodError): SwitchboardError {
  const faults = error.issues.slice(0, FAULTS_TOLD).map(({ path, message }) => ({
    path: z.core.toDotPath(path),
    message,
  }));
  const told = faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  const more = error.issues.length - faults.length;
  return new SwitchboardError(
    'bad_input',
    `The input of "${name}" is not valid: ${told}${more > 0 ? `; and ${more} more` : ''}.`,
    { faults },
  );
}
