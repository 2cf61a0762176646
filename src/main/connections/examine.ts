import type {
  ConnectionProfile,
  Permissions,
  SecretChanges,
  StageResult,
  TestStage,
} from '@shared/contract/connections';
import { TEST_STAGES } from '@shared/contract/connections';
import { type ErrorCode, SwitchboardError } from '@shared/errors';
import type { Clock } from '../lib/clock';
import type { SecretStore } from '../lib/secret-store';
import { type Client, failureContext, openClient, type Timeouts } from '../redis/client';
import { translateRedisError } from '../redis/errors';
import { createIoredisStore } from '../redis/ioredis-store';
import { poolKeys } from '../redis/keys';
import { readServerInfo } from '../redis/server-info';
import type { Store } from '../redis/store';
import { examineKeys, judgeClock, judgeRole, judgeVersion } from './examine-server';
import { examineNames, examinePorts, examineTls } from './examine-way';
import { readPermissions } from './permissions';
import { targetOf } from './profile-target';

/** What a test of a connection is made of. */
export interface ExamineOptions {
  secrets: SecretStore;
  timeouts: Timeouts;
  clock: Clock;
}

/** What a test found. */
export interface Examination {
  /** Whether the connection can be used; warnings do not stand in the way. */
  ok: boolean;
  tookMs: number;
  stages: StageResult[];
  permissions: Permissions | null;
}

/** What one stage found, when it did not fail. */
export type Finding = Omit<StageResult, 'stage'>;

/** The stage that a failure of connecting belongs to. */
const STAGE_OF: Partial<Record<ErrorCode, TestStage>> = {
  redis_unknown_host: 'name',
  redis_refused: 'port',
  redis_tls: 'tls',
  redis_auth: 'user',
  redis_no_permission: 'user',
  redis_failover: 'role',
};

/**
 * Tries a connection stage by stage, from its settings to the keys of matching, and changes nothing. The first stage
 * that fails ends it, with what is wrong and what to try; the stages after it are not reached. Never throws.
 */
export async function examine(
  profile: ConnectionProfile,
  changes: SecretChanges,
  { secrets, timeouts, clock }: ExamineOptions,
): Promise<Examination> {
  const began = clock.now();
  const results = new Map<TestStage, Finding>();
  let permissions: Permissions | null = null;
  let client: Client | null = null;
  const at = async <T>(stage: TestStage, work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (fault) {
      throw new StageFault(stage, fault);
    }
  };

  try {
    const target = await at('settings', () => targetOf(profile, secrets, changes));
    results.set('settings', good('The settings are complete.'));
    results.set('name', await at('name', () => examineNames(target)));
    results.set('port', await at('port', () => examinePorts(target, timeouts.connectMs)));
    results.set('tls', await at('tls', () => examineTls(target, timeouts.connectMs)));
    const opened = await at('redis', () => openClient(target, 'commands', timeouts));
    client = opened;
    const info = await at('redis', () => readServerInfo(opened, clock, target));
    results.set('redis', good('A Redis answers.'));
    results.set('user', good(`Signed in as ${profile.username ?? 'the default user'}.`));
    results.set('role', await at('role', () => judgeRole(opened, target, info)));
    results.set('version', await at('version', () => judgeVersion(info)));
    const store = storeOn(opened, target);
    const keys = poolKeys(profile.pool, store.layout);
    const found = await at('permissions', () => readPermissions(store, keys));
    permissions = found;
    results.set('permissions', judgePermissions(found));
    results.set('keys', await at('keys', () => examineKeys(store, keys)));
    results.set('clock', judgeClock(info));
  } catch (fault) {
    const { stage, finding } = failureOf(fault);
    results.set(stage, finding);
  } finally {
    client?.disconnect();
  }
  return {
    ok: ![...results.values()].some(({ status }) => status === 'failed'),
    tookMs: clock.now() - began,
    stages: inOrder(results),
    permissions,
  };
}

/** Something failed at a stage. */
class StageFault extends Error {
  constructor(
    readonly stage: TestStage,
    readonly reason: unknown,
  ) {
    super('a stage failed');
  }
}

function failureOf(fault: unknown): { stage: TestStage; finding: Finding } {
  const { stage, reason } = fault instanceof StageFault ? fault : new StageFault('settings', fault);
  const told =
    reason instanceof SwitchboardError ? reason : translateRedisError(reason, { address: 'the server' });
  const ofConnecting = stage === 'redis' ? STAGE_OF[told.code] : undefined;
  const [found = told.message, ...advice] = told.message.split(/(?<=\.) (?=[A-Z])/);
  return {
    stage: ofConnecting ?? stage,
    finding: { status: 'failed', found, advice: advice.length > 0 ? advice.join(' ') : null },
  };
}

/** Every stage once, in the order in which they are reached; a later fault can belong to an earlier stage. */
function inOrder(results: ReadonlyMap<TestStage, Finding>): StageResult[] {
  const failedAt = TEST_STAGES.findIndex((stage) => results.get(stage)?.status === 'failed');
  return TEST_STAGES.map((stage, index) => {
    const result = failedAt >= 0 && index > failedAt ? undefined : results.get(stage);
    return { stage, ...(result ?? { status: 'skipped', found: 'Not reached.', advice: null }) };
  });
}

function good(found: string): Finding {
  return { status: 'ok', found, advice: null };
}

function judgePermissions({ user, known, missing, grant }: Permissions): Finding {
  if (!known)
    return {
      status: 'warning',
      found: 'This server cannot be asked beforehand what its users may do (that takes Redis 7).',
      advice: 'An action that is not allowed is refused when it is tried, and says so.',
    };
  if (missing.length === 0) return good(`${user ?? 'The user'} may do everything that the console does.`);
  const blind = missing.some(({ operations }) => operations.includes('overview'));
  return {
    status: blind ? 'failed' : 'warning',
    found: `${user ?? 'The user'} may not: ${missing.map(({ what }) => what).join('; ')}.`,
    advice: grant === null ? null : `Allow it with: ${grant}`,
  };
}

function storeOn(client: Client, target: Parameters<typeof failureContext>[0]): Store {
  return createIoredisStore({
    layout: target.endpoint.kind === 'cluster' ? 'cluster' : 'single',
    client: () => client,
    failure: failureContext(target),
  });
}
