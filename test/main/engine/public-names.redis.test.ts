import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorCode } from '@shared/errors';
import { Engine, type PoolEngine } from '../../../src/main/engine/engine';
import type { StateMachine } from '../../../src/main/engine/state-machine';
import type { StateManager } from '../../../src/main/engine/state-manager';
import type { Transitions } from '../../../src/main/engine/transitions';
import { silentLogger } from '../../../src/main/lib/log';
import type { UserMetadataManager } from '../../../src/main/metadata/metadata-manager';
import type { MetadataRecovery } from '../../../src/main/metadata/recovery';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

/** What a call meets: the parts of a pool's engine, and a plain client on the same server. */
type World = Pick<PoolEngine, 'states' | 'transitions' | 'machine' | 'metadata' | 'recovery'> & {
  redis: TestStore['client'];
};
type Step = (world: World) => unknown;

/** One public name: what a call of it gives in a small world, and what it is refused with. */
interface Row {
  given?: Step;
  call: Step;
  gives: unknown;
  /** In a world of its own; what cannot be refused says so. */
  refused: { given?: Step; call?: Step; code: ErrorCode } | 'cannot be refused';
}

/** Every public method of a class: a name that is missing here does not compile. */
type TableOf<Class> = Record<keyof Class, Row>;

const some = (part: object): unknown => expect.objectContaining(part);
const list = (...items: unknown[]): unknown => expect.arrayContaining(items);
const moves = (...pairs: [user: string, to: string | null][]) =>
  some({ moves: list(...pairs.map(([user, to]) => some({ user, to }))) });
const ids = (...users: string[]) => users.map((user) => some({ user }));

const idle: Step = ({ machine }) => machine.arrive('ann');
const waiting: Step = async ({ machine }) => {
  await machine.startMatching('ann', { now: 1_000 });
  await machine.startMatching('bea', { now: 2_000 });
};
const connecting: Step = async (world) => {
  await waiting(world);
  await world.machine.createMatch('ann', 'bea');
};
const talking: Step = async (world) => {
  await connecting(world);
  await world.machine.enterCall('ann', { atOnce: true });
};
const torn: Step = ({ redis }) =>
  redis.multi().zadd('matching:idle', 1, 'ann').zadd('matching:waiting', 2, 'ann').exec();
const bare: Step = ({ redis }) => redis.zadd('matching:idle', 1_000, 'ann');
const orphan: Step = ({ redis }) => redis.hset('user:ann', { state: 'IDLE', totalSkips: 3 });

/** The set that is read is of a wrong type; each state's set, whichever the call reads. */
const brokenSet = {
  given: ({ redis }: World) =>
    redis.mset('matching:idle', 'x', 'matching:waiting', 'x', 'matching:heartbeats', 'x'),
  code: 'redis_wrong_type',
} as const;
const brokenHash = {
  given: ({ redis }: World) => redis.set('user:ann', 'x'),
  code: 'redis_wrong_type',
} as const;

const STATES_TABLE: TableOf<StateManager> = {
  addUserToState: {
    call: ({ states }) => states.addUserToState('ann', 'IDLE'),
    gives: moves(['ann', 'IDLE']),
    refused: { given: talking, code: 'illegal_transition' },
  },
  removeUserFromState: {
    given: idle,
    call: ({ states }) => states.removeUserFromState('ann', 'IDLE', 'a test'),
    gives: some({ moved: ['ann'], skipped: [] }),
    refused: { given: waiting, code: 'moved_on' },
  },
  removeUserFromAllStates: {
    given: idle,
    call: ({ states }) => states.removeUserFromAllStates('ann', 'a test'),
    gives: some({ moved: ['ann'] }),
    refused: 'cannot be refused',
  },
  moveUserBetweenStates: {
    given: idle,
    call: ({ states }) => states.moveUserBetweenStates('ann', 'IDLE', 'WAITING'),
    gives: moves(['ann', 'WAITING']),
    refused: { given: talking, code: 'moved_on' },
  },
  getUsersInState: {
    given: waiting,
    call: ({ states }) => states.getUsersInState('WAITING', { from: 1_500, to: 2_500 }),
    gives: [{ user: 'bea', since: 2_000 }],
    refused: brokenSet,
  },
  getUsersInStates: {
    given: waiting,
    call: ({ states }) => states.getUsersInStates(['IDLE', 'WAITING'], { limit: 1 }),
    gives: [{ user: 'ann', state: 'WAITING', since: 1_000 }],
    refused: brokenSet,
  },
  getUserCountInState: {
    given: waiting,
    call: ({ states }) => states.getUserCountInState('WAITING'),
    gives: 2,
    refused: brokenSet,
  },
  isUserInState: {
    given: waiting,
    call: ({ states }) => states.isUserInState('ann', 'WAITING'),
    gives: true,
    refused: brokenSet,
  },
  getUserCurrentState: {
    given: waiting,
    call: ({ states }) => states.getUserCurrentState('ann'),
    gives: some({ state: 'WAITING', since: 1_000, states: ['WAITING'] }),
    refused: brokenSet,
  },
  getUsersWaitingLongerThan: {
    given: waiting,
    call: ({ states }) => states.getUsersWaitingLongerThan(60_000),
    gives: ids('ann', 'bea'),
    refused: brokenSet,
  },
  getOldestUsersInState: {
    given: waiting,
    call: ({ states }) => states.getOldestUsersInState('WAITING', 1),
    gives: ids('ann'),
    refused: brokenSet,
  },
  getNewestUsersInState: {
    given: waiting,
    call: ({ states }) => states.getNewestUsersInState('WAITING', 1),
    gives: ids('bea'),
    refused: brokenSet,
  },
  removeUsersFromStateByTimeRange: {
    given: waiting,
    call: ({ states }) => states.removeUsersFromStateByTimeRange('WAITING', { to: 1_500 }, 'a test'),
    gives: some({ moved: ['ann'], skipped: [] }),
    refused: brokenSet,
  },
  getStateStatistics: {
    given: waiting,
    call: ({ states }) => states.getStateStatistics(),
    gives: some({
      WAITING: some({ count: 2, oldestSince: 1_000 }),
      IDLE: some({ count: 0, oldestSince: null }),
    }),
    refused: brokenSet,
  },
  getUsersInMultipleStates: {
    given: torn,
    call: ({ states }) => states.getUsersInMultipleStates(),
    gives: [some({ user: 'ann', states: ['IDLE', 'WAITING'] })],
    refused: brokenSet,
  },
  cleanupStaleUsers: {
    given: ({ redis }) => redis.zadd('matching:disconnecting', 1_000, 'ann'),
    call: ({ states }) => states.cleanupStaleUsers(),
    gives: some({ complete: true, moved: some({ disconnecting: 1 }) }),
    refused: brokenSet,
  },
};

const TRANSITIONS_TABLE: TableOf<Transitions> = {
  validateTransition: {
    given: idle,
    call: ({ transitions }) => transitions.validateTransition('ann', 'IN_CALL'),
    gives: some({ valid: false, from: 'IDLE', allowed: ['WAITING'] }),
    refused: brokenSet,
  },
  getValidTransitions: {
    given: waiting,
    call: ({ transitions }) => transitions.getValidTransitions('ann'),
    gives: list('CONNECTING', 'IDLE'),
    refused: brokenSet,
  },
  performTransition: {
    given: idle,
    call: ({ transitions }) => transitions.performTransition('ann', 'WAITING'),
    gives: moves(['ann', 'WAITING']),
    refused: { given: talking, code: 'illegal_transition' },
  },
  performBatchTransitions: {
    given: talking,
    call: ({ transitions }) =>
      transitions.performBatchTransitions([
        { user: 'ann', to: 'DISCONNECTING' },
        { user: 'bea', to: 'DISCONNECTING' },
      ]),
    gives: moves(['ann', 'DISCONNECTING'], ['bea', 'DISCONNECTING']),
    refused: { given: waiting, code: 'illegal_transition' },
  },
  forceTransition: {
    given: idle,
    call: ({ transitions }) => transitions.forceTransition('ann', 'DISCONNECTING', 'a test'),
    gives: moves(['ann', 'DISCONNECTING']),
    refused: { given: () => undefined, code: 'unknown_user' },
  },
  forceMany: {
    given: waiting,
    call: ({ transitions }) => transitions.forceMany(['ann', 'nobody'], 'IDLE', 'a test'),
    gives: some({ moved: ['ann'], skipped: [some({ user: 'nobody', why: 'unknown' })] }),
    refused: {
      call: ({ transitions }) => transitions.forceMany(['ann'], 'IDLE', '  '),
      code: 'bad_input',
    },
  },
  removeUsers: {
    given: waiting,
    call: ({ transitions }) => transitions.removeUsers(['ann', 'bea'], 'a test', { expectedFrom: 'WAITING' }),
    gives: some({ moved: ['ann', 'bea'] }),
    refused: 'cannot be refused',
  },
  removeTogether: {
    given: waiting,
    call: ({ transitions }) => transitions.removeTogether(['ann', 'bea'], 'a test'),
    gives: moves(['ann', null], ['bea', null]),
    refused: { call: ({ transitions }) => transitions.removeTogether(['ann'], ''), code: 'bad_input' },
  },
  rollbackTransaction: {
    given: ({ machine }) => machine.startMatching('ann', { transaction: 'queued' }),
    call: ({ transitions }) => transitions.rollbackTransaction('queued'),
    gives: moves(['ann', null]),
    refused: { given: () => undefined, code: 'not_undoable' },
  },
  validateSystemState: {
    given: torn,
    call: ({ transitions }) => transitions.validateSystemState(),
    gives: some({ sound: false, complete: true, examples: list(some({ kind: 'split', user: 'ann' })) }),
    refused: brokenSet,
  },
  listUndoable: {
    given: ({ machine }) => machine.startMatching('ann', { transaction: 'queued' }),
    call: ({ transitions }) => transitions.listUndoable(),
    gives: some({ complete: true, transactions: [some({ transaction: 'queued', users: ['ann'] })] }),
    refused: { given: ({ redis }) => redis.set('matching:journal', 'x'), code: 'redis_wrong_type' },
  },
  onTransition: {
    call: async ({ transitions, machine }) => {
      const heard = new Promise((resolve) => transitions.onTransition(resolve));
      await machine.arrive('ann');
      return heard;
    },
    gives: some({ pool: 'default', result: moves(['ann', 'IDLE']) }),
    refused: 'cannot be refused',
  },
  onError: {
    call: async ({ transitions, machine }) => {
      const heard = new Promise((resolve) => transitions.onError(resolve));
      await machine.leaveQueue('ann').catch(() => undefined);
      return heard;
    },
    gives: some({ pool: 'default', error: some({ code: 'wrong_state' }) }),
    refused: 'cannot be refused',
  },
};

const MACHINE_TABLE: TableOf<StateMachine> = {
  arrive: {
    call: ({ machine }) => machine.arrive('ann'),
    gives: moves(['ann', 'IDLE']),
    refused: { given: idle, code: 'wrong_state' },
  },
  startMatching: {
    given: idle,
    call: ({ machine }) => machine.startMatching('ann'),
    gives: moves(['ann', 'WAITING']),
    refused: { given: talking, code: 'wrong_state' },
  },
  createMatch: {
    given: waiting,
    call: ({ machine }) => machine.createMatch('ann', 'bea'),
    gives: moves(['ann', 'CONNECTING'], ['bea', 'CONNECTING']),
    refused: {
      given: async (world) => {
        await talking(world);
        await world.machine.handleSkip('ann');
      },
      code: 'on_cooldown',
    },
  },
  enterCall: {
    given: connecting,
    call: ({ machine }) => machine.enterCall('ann', { atOnce: true }),
    gives: some({ partner: 'bea', inCall: true }),
    refused: { given: waiting, code: 'wrong_state' },
  },
  handleSkip: {
    given: talking,
    call: ({ machine }) => machine.handleSkip('ann'),
    gives: some({ partner: 'bea', superseded: false, moves: list(...ids('ann', 'bea')) }),
    refused: { given: waiting, code: 'wrong_state' },
  },
  handleEndCall: {
    given: talking,
    call: ({ machine }) => machine.handleEndCall('ann'),
    gives: moves(['ann', 'IDLE'], ['bea', 'WAITING']),
    refused: { given: waiting, code: 'wrong_state' },
  },
  leaveQueue: {
    given: waiting,
    call: ({ machine }) => machine.leaveQueue('ann'),
    gives: moves(['ann', 'IDLE']),
    refused: { given: talking, code: 'wrong_state' },
  },
  failConnection: {
    given: connecting,
    call: ({ machine }) => machine.failConnection('ann'),
    gives: moves(['ann', 'WAITING'], ['bea', 'WAITING']),
    refused: { given: waiting, code: 'wrong_state' },
  },
  disconnectUser: {
    given: talking,
    call: ({ machine }) => machine.disconnectUser('ann'),
    gives: moves(['ann', 'IDLE'], ['bea', 'WAITING']),
    refused: { given: torn, code: 'split_user' },
  },
  emergencyCleanup: {
    given: torn,
    call: ({ machine }) => machine.emergencyCleanup('ann', 'a test'),
    gives: moves(['ann', 'IDLE']),
    refused: { call: ({ machine }) => machine.emergencyCleanup('ann', ' '), code: 'bad_input' },
  },
  getNextAvailableMatch: {
    given: waiting,
    call: ({ machine }) => machine.getNextAvailableMatch('bea'),
    gives: some({ user: 'ann', since: 1_000 }),
    refused: brokenSet,
  },
  canUserBeMatched: {
    given: waiting,
    call: ({ machine }) => machine.canUserBeMatched('bea'),
    gives: { possible: true, partner: 'ann' },
    refused: brokenSet,
  },
  areUsersInCall: {
    given: talking,
    call: ({ machine }) => machine.areUsersInCall('ann', 'bea'),
    gives: true,
    refused: brokenSet,
  },
  validateUserTransition: {
    given: waiting,
    call: ({ machine }) => machine.validateUserTransition('ann', 'CONNECTING'),
    gives: some({ valid: true, from: 'WAITING' }),
    refused: brokenSet,
  },
  getSystemOverview: {
    given: waiting,
    call: ({ machine }) => machine.getSystemOverview({ newest: 1 }),
    gives: some({ pool: 'default', states: some({ WAITING: some({ count: 2 }) }) }),
    refused: brokenSet,
  },
  performSystemCleanup: {
    given: ({ redis }) => redis.zadd('matching:disconnecting', 1_000, 'ann'),
    call: ({ machine }) => machine.performSystemCleanup({ dryRun: true }),
    gives: some({ dryRun: true, moved: some({ disconnecting: 1 }) }),
    refused: brokenSet,
  },
};

const METADATA_TABLE: TableOf<UserMetadataManager> = {
  createUserMetadata: {
    given: bare,
    call: async ({ metadata, redis }) => {
      await metadata.createUserMetadata('ann', { lastIP: '10.0.0.1' });
      return redis.hmget('user:ann', 'state', 'totalSkips', 'lastIP');
    },
    gives: ['IDLE', '0', '10.0.0.1'],
    refused: { given: idle, code: 'conflict' },
  },
  getUserMetadata: {
    given: ({ redis }) => redis.hset('user:ann', { totalSkips: '7', totalEnds: 'many', shoeSize: '42' }),
    call: ({ metadata }) => metadata.getUserMetadata('ann'),
    gives: {
      user: 'ann',
      values: { totalSkips: 7 },
      unknown: { shoeSize: '42' },
      unreadable: [some({ field: 'totalEnds' })],
    },
    refused: brokenHash,
  },
  getUserMetadataBatch: {
    given: orphan,
    call: ({ metadata }) => metadata.getUserMetadataBatch(['nobody', 'ann']),
    gives: [null, some({ user: 'ann' })],
    refused: brokenHash,
  },
  updateUserMetadata: {
    given: idle,
    call: async ({ metadata, redis }) => {
      await metadata.updateUserMetadata('ann', { totalSkips: 9 });
      return redis.hget('user:ann', 'totalSkips');
    },
    gives: '9',
    refused: {
      call: ({ metadata }) => metadata.updateUserMetadata('ann', { state: 'IN_CALL' }),
      code: 'bad_input',
    },
  },
  updateUserMetadataBatch: {
    given: idle,
    call: ({ metadata }) =>
      metadata.updateUserMetadataBatch(['ann', 'nobody'].map((user) => ({ user, patch: { totalEnds: 1 } }))),
    gives: some({
      outcomes: [
        { user: 'ann', outcome: 'done' },
        { user: 'nobody', outcome: 'unknown' },
      ],
    }),
    refused: {
      call: ({ metadata }) =>
        metadata.updateUserMetadataBatch([{ user: 'ann', patch: { totalEnds: 'many' } }]),
      code: 'bad_input',
    },
  },
  removeUserMetadata: {
    given: orphan,
    call: async ({ metadata, redis }) => {
      await metadata.removeUserMetadata('ann');
      return redis.exists('user:ann');
    },
    gives: 0,
    refused: { given: idle, code: 'wrong_state' },
  },
  removeUserMetadataBatch: {
    given: orphan,
    call: ({ metadata }) => metadata.removeUserMetadataBatch(['ann']),
    gives: some({ outcomes: [{ user: 'ann', outcome: 'done' }] }),
    refused: brokenHash,
  },
  createUserMetadataBatch: {
    given: bare,
    call: ({ metadata }) => metadata.createUserMetadataBatch(['ann', 'nobody']),
    gives: some({
      outcomes: [
        { user: 'ann', outcome: 'done' },
        { user: 'nobody', outcome: 'unknown' },
      ],
    }),
    refused: brokenHash,
  },
  heartbeat: {
    given: idle,
    call: async ({ metadata, redis }) => {
      const { at, unknown } = await metadata.heartbeat(['ann', 'nobody']);
      return { unknown, index: await redis.zscore('matching:heartbeats', 'ann'), same: String(at) };
    },
    gives: expect.toSatisfy(
      ({ unknown, index, same }: { unknown: string[]; index: string; same: string }) =>
        unknown.join() === 'nobody' && index === same,
    ),
    refused: brokenSet,
  },
  setGracePeriod: {
    given: idle,
    call: async ({ metadata, redis }) => {
      await metadata.setGracePeriod('ann', 5_000);
      return redis.hget('user:ann', 'gracePeriod');
    },
    gives: '5000',
    refused: { given: () => undefined, code: 'unknown_user' },
  },
  getUsersByState: {
    given: waiting,
    call: ({ metadata }) => metadata.getUsersByState('WAITING', { offset: 1 }),
    gives: [some({ user: 'bea', values: some({ state: 'WAITING' }) })],
    refused: brokenSet,
  },
  getStaleUsers: {
    given: ({ redis }) => redis.zadd('matching:heartbeats', 1_000, 'ann'),
    call: ({ metadata }) => metadata.getStaleUsers(),
    gives: [{ user: 'ann', lastHeartbeat: 1_000 }],
    refused: brokenSet,
  },
  getUsersInRoom: {
    given: talking,
    call: async ({ metadata, redis }) =>
      (await metadata.getUsersInRoom((await redis.hget('user:ann', 'currentRoom')) ?? '')).sort(),
    gives: ['ann', 'bea'],
    refused: { given: ({ redis }) => redis.set('matching:in_call', 'x'), code: 'redis_wrong_type' },
  },
  getUsersByPartner: {
    given: talking,
    call: ({ metadata }) => metadata.getUsersByPartner('bea'),
    gives: ['ann'],
    refused: { given: ({ redis }) => redis.set('matching:in_call', 'x'), code: 'redis_wrong_type' },
  },
  getSessionStatistics: {
    given: talking,
    call: ({ metadata }) => metadata.getSessionStatistics('ann'),
    gives: some({ user: 'ann', totalMatches: 1, totalSkips: 0, totalEnds: 0, averageCallDuration: 0 }),
    refused: brokenHash,
  },
};

const RECOVERY_TABLE: TableOf<MetadataRecovery> = {
  rebuildFromSets: {
    given: bare,
    call: ({ recovery }) => recovery.rebuildFromSets(),
    gives: some({ next: null, recovered: 1, examples: ['ann'] }),
    refused: brokenSet,
  },
  removeOrphans: {
    given: orphan,
    call: ({ recovery }) => recovery.removeOrphans(),
    gives: some({ next: null, recovered: 1, examples: ['ann'] }),
    refused: brokenSet,
  },
};

const TABLES: Record<string, Record<string, Row>> = {
  StateManager: STATES_TABLE,
  Transitions: TRANSITIONS_TABLE,
  StateMachine: MACHINE_TABLE,
  UserMetadataManager: METADATA_TABLE,
  MetadataRecovery: RECOVERY_TABLE,
};

describe.each(STORE_KINDS)('the public names on %s', (kind) => {
  let store: TestStore;
  let world: World;
  beforeAll(async () => {
    store = await startStore(kind);
  });
  beforeEach(async () => {
    await store.flush();
    const { states, transitions, machine, metadata, recovery } = new Engine({
      store: store.store,
      log: silentLogger,
    }).pool();
    world = { states, transitions, machine, metadata, recovery, redis: store.client };
  });
  afterAll(() => store.stop());

  describe.each(Object.entries(TABLES))('%s', (_, table) => {
    it.each(Object.entries(table))('%s', async (name, { given, call, gives, refused }) => {
      await given?.(world);
      expect(await call(world), name).toEqual(gives);
      if (refused === 'cannot be refused') return;
      await store.flush();
      await (refused.given ?? given)?.(world);
      await expect(Promise.resolve((refused.call ?? call)(world)), name).rejects.toMatchObject({
        code: refused.code,
      });
    });
  });
});
