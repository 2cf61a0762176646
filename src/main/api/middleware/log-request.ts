import { SwitchboardError } from '@shared/errors';
import type { Clock } from '../../lib/clock';
import type { Logger } from '../../lib/log';
import type { Middleware } from '../pipeline';

/** Writes one line per request: who, what, how long, how it ended. Inputs are not written: they may be personal. */
export function logRequest(log: Logger, clock: Clock): Middleware {
  return async (call, next) => {
    const started = clock.now();
    const { requestId, actor, role, host } = call.context;
    const line = () => ({ requestId, actor, role, host, [call.type]: call.name, ms: clock.now() - started });
    try {
      const value = await next();
      const changes = call.type === 'operation' && call.spec.kind === 'command';
      log[changes ? 'info' : 'debug'](line(), 'request done');
      return value;
    } catch (fault) {
      if (fault instanceof SwitchboardError) log.info({ ...line(), code: fault.code }, 'request refused');
      else log.error({ ...line(), err: fault }, 'request failed');
      throw fault;
    }
  };
}
