import type { FindingKind, RepairOutcome } from '@shared/contract/integrity';
import { UNDO_MS } from '@shared/contract/transitions';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { undoAll } from '../../commands/bulk';
import { startWork } from '../../commands/paged';
import { repairPages, sayOutcome } from '../../commands/recovery';
import { describeFault } from '../../commands/run';
import { DialogButtons } from '../../components/dialog-buttons';
import { Modal } from '../../components/modal';
import { useProductionGuard, useReason } from '../../components/safety-fields';
import { formatCount, formatThings } from '../../format';
import { useCommandContext } from '../../hooks/use-command';
import { useRefreshMs } from '../../hooks/use-operation';
import { useToldWhenClosed } from '../../hooks/use-told-when-closed';
import { useWorkPreview } from '../../hooks/use-work-preview';
import { type Tally, useJobs } from '../../store/jobs';
import { showToast } from '../../store/toasts';
import { useUi } from '../../store/ui';
import styles from './integrity.module.css';
import { KIND_NAMES } from './kinds';
import { Looking } from './looking';
import { WhoIsConcerned } from './who-is-concerned';
import { WorkDialog } from './work-dialog';

const LOOKING = 'Looking at what would change…';
const DESCRIPTION =
  'Each user is mended by the rule for its fault, in one step, and written to the audit trail. Each repair can be undone for 30 s, but for those of users in two states.';

/** Everybody whom the last scan found with these faults (null for any), and how many findings that is. */
interface Found {
  kinds: FindingKind[] | null;
  count: number;
}

/** Whom a repair concerns: users by id, or everybody whom the last scan found. */
export type RepairTarget = { users: string[] } | Found;

/** Shows what a repair would do, asks why, does it, and offers the way back. */
export function RepairDialog({ target, onClose }: { target: RepairTarget; onClose: () => void }) {
  const [begun, setBegun] = useState<number | null>(null);
  if ('users' in target) return <RepairUsers users={target.users} onClose={onClose} />;
  if (begun === null) return <RepairFound found={target} onBegin={setBegun} onClose={onClose} />;
  return <WorkDialog id={begun} description={DESCRIPTION} onClose={onClose} />;
}

interface RepairFoundProps {
  found: Found;
  onBegin: (id: number) => void;
  onClose: () => void;
}

function RepairFound({ found: { kinds, count }, onBegin, onClose }: RepairFoundProps) {
  const { client, refresh } = useCommandContext();
  const pool = useUi((state) => state.pool);
  const why = useReason();
  const guard = useProductionGuard(count);
  const [kind] = kinds ?? [];
  const title = kind === undefined ? 'Repair all' : `Repair all ${KIND_NAMES[kind]}`;
  const preview = useWorkPreview(['integrity.repairAll', pool, kinds], (signal) =>
    repairPages(client, kinds, { pool, reason: 'preview', dryRun: true }, signal),
  );
  const isUnderWay = useJobs().some((job) => job.status === 'running' && job.title === title);
  const { changed = 0, beyond = 0 } = preview.tally ?? {};
  const begin = () => {
    const order = { pool, reason: why.reason, dryRun: false };
    const work = {
      ...{ title, pool, did: 'mended', expected: changed + beyond },
      pages: (signal: AbortSignal, tell: (phase: string | null) => void) =>
        repairPages(client, kinds, order, signal, tell),
    };
    onBegin(startWork(client, work, refresh));
  };
  return (
    <Modal
      title={`Repair ${formatThings(count, 'finding')}`}
      description={DESCRIPTION}
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <DialogButtons
          onCancel={onClose}
          label="Repair"
          tone="danger"
          operation="integrity.repairAll"
          refusal={
            (isUnderWay ? 'It is under way already: see the corner of the window.' : null) ??
            why.refusal ??
            guard.refusal ??
            (preview.tally ? null : LOOKING)
          }
          onConfirm={begin}
        />
      }
    >
      {why.field}
      {guard.field}
      {preview.error && <p className={styles.fault}>{describeFault(preview.error)}</p>}
      <div className={styles.recovery}>
        {preview.isLooking && <Looking seen={preview.seen} />}
        {preview.tally && <Planned tally={preview.tally} />}
      </div>
    </Modal>
  );
}

function Planned({ tally }: { tally: Tally }) {
  const { changed, well, leftOut, beyond } = tally;
  return (
    <>
      <p role="status">
        <strong>{formatThings(changed, 'user')}</strong> would be mended. Well by now: {formatCount(well)}.
        Not to be repaired: {formatCount(leftOut)}.
        {beyond > 0 &&
          ` ${formatThings(beyond, 'further finding is', 'further findings are')} not listed: another scan finds them again after that, and they are mended too.`}
      </p>
      <WhoIsConcerned tally={tally} />
    </>
  );
}

interface RepairUsersProps {
  users: string[];
  onClose: () => void;
}

function RepairUsers({ users, onClose }: RepairUsersProps) {
  const { client, refresh } = useCommandContext();
  const pool = useUi((state) => state.pool);
  const why = useReason();
  const guard = useProductionGuard(users.length);
  const act = async (dryRun: boolean) => {
    const reason = dryRun ? 'preview' : why.reason;
    return (await client.call('integrity.repair', { pool, users, reason, dryRun })).outcomes;
  };

  const again = useRefreshMs(2_000);
  const preview = useQuery({
    queryKey: ['preview', pool, users],
    queryFn: () => act(true),
    // Another dialog about the same users looks anew.
    gcTime: 0,
    refetchInterval: ({ state }) => state.error !== null && again,
  });
  const repair = useMutation({
    mutationFn: () => act(false),
    onError: useToldWhenClosed('The repair failed'),
    onSuccess: (outcomes) => {
      onClose();
      refresh();
      const result = summary(outcomes);
      const transactions = outcomes.flatMap(({ transaction }) => transaction ?? []);
      showToast({
        tone: result.failed > 0 ? 'bad' : 'good',
        title: `${formatThings(result.repaired, 'user')} repaired`,
        detail: `Well by then: ${formatCount(result.unchanged)}. Not to be repaired: ${formatCount(result.failed)}.`,
        ...(transactions.length > 0 && {
          action: {
            label: 'Undo',
            until: Date.now() + UNDO_MS,
            run: () => void undoAll(client, pool, transactions, refresh),
          },
        }),
      });
    },
  });
  const fault = preview.error ?? repair.error;

  return (
    <Modal
      title={`Repair ${users.length === 1 ? users[0] : formatThings(users.length, 'user')}`}
      description={DESCRIPTION}
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <DialogButtons
          onCancel={onClose}
          label="Repair"
          busyLabel="Repairing…"
          busy={repair.isPending}
          underWay={repair.isPending}
          tone="danger"
          operation="integrity.repair"
          refusal={why.refusal ?? guard.refusal ?? (users.length > 1 && preview.isPending ? LOOKING : null)}
          onConfirm={() => repair.mutate()}
        />
      }
    >
      {why.field}
      {guard.field}
      {fault && <p className={styles.fault}>{describeFault(fault)}</p>}
      {preview.isPending && <p role="status">{LOOKING}</p>}
      {preview.data && <Outcomes outcomes={preview.data} />}
    </Modal>
  );
}

function Outcomes({ outcomes }: { outcomes: readonly RepairOutcome[] }) {
  const result = summary(outcomes);
  return (
    <div className={styles.outcomes} role="status">
      <p>
        <strong>{formatThings(result.repaired, 'user')}</strong> would be mended. Well by now:{' '}
        {formatCount(result.unchanged)}. Not to be repaired: {formatCount(result.failed)}.
      </p>
      <ul>
        {outcomes.map((outcome) => (
          <li key={outcome.user} className={outcome.failed === null ? undefined : styles.fault}>
            {sayOutcome(outcome)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function summary(outcomes: readonly RepairOutcome[]) {
  const failed = outcomes.filter((outcome) => outcome.failed !== null).length;
  const repaired = outcomes.filter((outcome) => outcome.failed === null && outcome.done.length > 0).length;
  return { repaired, failed, unchanged: outcomes.length - repaired - failed };
}
