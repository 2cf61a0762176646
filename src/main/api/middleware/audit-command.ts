import { pool as poolName } from '@shared/contract/common';
import { toErrorBody } from '@shared/errors';
import type { Logger } from '../../lib/log';
import type { Call, Middleware } from '../pipeline';

/** What the door writes into the audit trail of the pool that a command concerned. */
export interface DoorRecord {
  pool: string | undefined;
  by: string;
  action: string;
  outcome: 'done' | 'refused';
  reason: string | undefined;
  detail: string;
  users: string[];
  requestId: string;
}

/** Writes one action down. */
export type RecordAction = (record: DoorRecord) => Promise<void>;

/**
 * Puts commands into the audit trail. A change of users is written by its script, together with the change; the door
 * writes what no script does, and every command that was refused. A dry run that was allowed is not written: it did
 * nothing. A trail that cannot be written is logged: what was done stays done, and what was refused stays refused.
 */
export function auditCommand(record: RecordAction, log: Logger): Middleware {
  return async (call, next) => {
    if (call.type === 'feed' || call.spec.kind === 'query' || call.spec.local) return next();
    const { spec } = call;
    const note = async (outcome: DoorRecord['outcome'], detail: string) => {
      try {
        await record({ ...describe(call), outcome, detail });
      } catch (fault) {
        log.warn({ err: fault, action: call.name, by: call.context.actor }, 'audit entry not written');
      }
    };
    try {
      const value = await next();
      if (spec.audit !== 'script' && !isDryRun(call.input))
        await note('done', spec.tell?.(call.input, value) ?? '');
      return value;
    } catch (fault) {
      const { code, message } = toErrorBody(fault);
      if (code !== 'redis_away' && code !== 'read_only_profile') await note('refused', `${code}: ${message}`);
      throw fault;
    }
  };
}

function isDryRun(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'dryRun' in input && input.dryRun === true;
}

function describe(call: Call): Omit<DoorRecord, 'outcome' | 'detail'> {
  const input = (typeof call.input === 'object' && call.input !== null ? call.input : {}) as Record<
    string,
    unknown
  >;
  const text = (name: string) => (typeof input[name] === 'string' ? input[name].slice(0, 500) : undefined);
  const one = text('user');
  const many = Array.isArray(input['users']) ? input['users'].filter((user) => typeof user === 'string') : [];
  return {
    // The input of a refused command may be anything: only a real pool name may choose a key.
    pool: poolName.safeParse(input['pool']).data,
    by: call.context.actor,
    action: call.name,
    reason: text('reason'),
    users: one === undefined ? many.slice(0, 1_000) : [one],
    requestId: call.context.requestId,
  };
}
