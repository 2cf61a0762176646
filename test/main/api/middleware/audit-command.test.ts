import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { OperationSpec, Role } from '@shared/contract/define';
import { operations } from '@shared/contract';
import { SwitchboardError } from '@shared/errors';
import { auditCommand, type RecordAction } from '../../../../src/main/api/middleware/audit-command';
import type { Call } from '../../../../src/main/api/pipeline';
import { silentLogger } from '../../../../src/main/lib/log';

const record = vi.fn<RecordAction>();
const audit = auditCommand(record, silentLogger);

function call(name: keyof typeof operations, input: unknown = {}, role: Role = 'admin'): Call {
  const spec: OperationSpec = operations[name];
  const context = { actor: 'ada', role, host: 'memory', requestId: 'request-1' } as const;
  return { type: 'operation', name, spec, input, context };
}

const refuse = (code: 'forbidden' | 'redis_away' | 'read_only_profile') => () =>
  Promise.reject(new SwitchboardError(code, 'no'));

describe('auditCommand', () => {
  beforeEach(() => {
    record.mockReset();
    record.mockResolvedValue();
  });

  it('writes down a command that no script writes down', async () => {
    await audit(call('simulator.start', { scenario: 'steady' }), () => Promise.resolve('value'));
    expect(record).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        by: 'ada',
        action: 'simulator.start',
        outcome: 'done',
        requestId: 'request-1',
      }),
    );
  });

  it('tells what a command did, and nothing of a dry run, which does nothing', async () => {
    const moved = { connecting: 2, disconnecting: 1, alone: 0, heartbeat: 4 };
    const swept = () => Promise.resolve({ lookedAt: 90, moved, forgotten: 3 });
    await audit(call('cleanup.run', { dryRun: true }), swept);
    expect(record).not.toHaveBeenCalled();
    await audit(call('cleanup.run', { dryRun: false }), swept);
    expect(record).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ outcome: 'done', detail: '7 moves, 3 forgotten, of 90 users' }),
    );
  });

  it('leaves to the script what the script writes together with the change', async () => {
    await audit(call('transitions.force'), () => Promise.resolve('value'));
    expect(record).not.toHaveBeenCalled();
  });

  it('writes down every command that was refused, with whom it was about and why', async () => {
    const input = { pool: 'eu', users: ['u1', 'u2'], reason: 'a test' };
    await expect(audit(call('transitions.force', input), refuse('forbidden'))).rejects.toThrow('no');
    expect(record).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        pool: 'eu',
        outcome: 'refused',
        users: ['u1', 'u2'],
        reason: 'a test',
        detail: 'forbidden: no',
      }),
    );
  });

  it('lets only a real pool name choose where it is written', async () => {
    for (const pool of ['Not A Pool', 'a:b', '{x}', 7, null])
      await expect(audit(call('transitions.force', { pool }), refuse('forbidden'))).rejects.toThrow();
    expect(record.mock.calls.map(([{ pool }]) => pool)).toEqual(Array(5).fill(undefined));
  });

  it.each(['redis_away', 'read_only_profile'] as const)('writes nothing when refused as %s', async (code) => {
    await expect(audit(call('transitions.force'), refuse(code))).rejects.toThrow();
    expect(record).not.toHaveBeenCalled();
  });

  it('passes queries and local commands by', async () => {
    await audit(call('transitions.list'), () => Promise.resolve('value'));
    await audit(call('connection.retry'), () => Promise.resolve('value'));
    expect(record).not.toHaveBeenCalled();
  });

  it('lets an action stand whose entry could not be written', async () => {
    record.mockRejectedValue(new Error('full'));
    expect(await audit(call('simulator.stop'), () => Promise.resolve('value'))).toBe('value');
    await expect(audit(call('simulator.stop'), refuse('forbidden'))).rejects.toThrow('no');
  });
});
