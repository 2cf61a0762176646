import { roleIncludes } from '@shared/contract/define';
import { SwitchboardError } from '@shared/errors';
import type { Middleware } from '../pipeline';

/** Refuses whoever has too small a role. The screen greys the same buttons, but this is the lock. */
export const authorise: Middleware = (call, next) => {
  const { role } = call.context;
  const needed = call.spec.access;
  if (!roleIncludes(role, needed))
    throw new SwitchboardError(
      'forbidden',
      `"${call.name}" needs the role ${needed}, and this console runs as ${role}. Ask someone who has it, or start with --role ${needed}.`,
      { needed, role },
    );
  return next();
};
