import { useEffect, useMemo, useState } from 'react';
import {
  type Finding,
  FINDING_KINDS,
  type FindingKind,
  type IntegrityStatus,
} from '@shared/contract/integrity';
import { useSearchParams } from 'wouter';
import { cancelScan, recoverMetadata, startScan } from '../../commands/integrity-commands';
import { describeFault } from '../../commands/run';
import { Button, CommandButton } from '../../components/button';
import { DataTable } from '../../components/data-table';
import { ExportRows } from '../../components/export-menu';
import { Choice } from '../../components/fields';
import { Empty } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { Unread } from '../../components/unread';
import { sayNothingFound } from '../../found-words';
import { formatCount, formatDayMinute, formatDuration } from '../../format';
import { useFeed } from '../../hooks/use-feed';
import { useOperation } from '../../hooks/use-operation';
import { useUi } from '../../store/ui';
import { findingColumns } from './columns';
import styles from './integrity.module.css';
import { KIND_NAMES } from './kinds';
import { RepairDialog, type RepairTarget } from './repair-dialog';

const LIMIT = 500;
const keyOf = ({ kind, user }: Finding) => `${kind} ${user}`;
const isKind = (word: string): word is FindingKind => FINDING_KINDS.some((kind) => kind === word);

/** Everything that can be wrong with users: found by a scan, previewed, repaired, and undone. */
export function IntegrityScreen() {
  const pool = useUi((state) => state.pool);
  const [search, setSearch] = useSearchParams();
  const [status, setStatus] = useState<IntegrityStatus | null>(null);
  const [target, setTarget] = useState<RepairTarget | null>(null);
  const trouble = useFeed('integrity', { pool }, setStatus);
  const word = search.get('kind') ?? '';
  const kind = isKind(word) ? word : null;
  const running = status?.status === 'running';
  const { data, error, isPending, refetch } = useOperation(
    'integrity.findings',
    { pool, limit: LIMIT, ...(kind === null ? {} : { kind }) },
    { refreshMs: running ? 1_000 : 5_000, keepPrevious: true },
  );
  const findings = data?.findings ?? [];
  const columns = useMemo(() => findingColumns((users) => setTarget({ users })), []);
  const fault = trouble ?? (error ? describeFault(error) : null);
  const found = sumOf(status);
  const inKind = kind && status ? status.counts[kind] : found;
  // What the scan tells and what is listed come by different ways: the list follows at once.
  useEffect(() => void refetch(), [found, running, refetch]);
  return (
    <div className={toolbar.screen}>
      <h1 className="visually-hidden">Integrity</h1>
      <div className={toolbar.toolbar}>
        <CommandButton command={running ? cancelScan : startScan} tone={running ? 'plain' : 'primary'} />
        <ScanState status={status} />
        <span className={toolbar.push} />
        <CommandButton command={recoverMetadata} />
        <Button
          tone="warn"
          refusal={
            findings.length === 0
              ? 'There is nothing to repair.'
              : running
                ? 'The scan is still running.'
                : null
          }
          onClick={() =>
            setTarget({
              kinds: kind === null ? null : [kind],
              count: inKind,
            })
          }
        >
          {kind === null ? 'Repair all…' : `Repair all ${KIND_NAMES[kind]}…`}
        </Button>
        <ExportRows
          name="findings"
          rows={findings}
          toRecord={(each) => ({ ...each, states: each.states.join(' ') })}
        />
      </div>
      {status && found > 0 && (
        <Choice
          label="Kind"
          value={kind ?? 'all'}
          options={[
            { value: 'all', label: `All ${formatCount(found)}` },
            ...FINDING_KINDS.filter((each) => status.counts[each] > 0).map((each) => ({
              value: each,
              label: `${KIND_NAMES[each]} ${formatCount(status.counts[each])}`,
            })),
          ]}
          onChange={(value) => setSearch(value === 'all' ? {} : { kind: value }, { replace: true })}
        />
      )}
      {fault && <p className={toolbar.fault}>{fault}</p>}
      {data && findings.length > 0 && data.total + data.beyond > findings.length && (
        <p className={toolbar.note}>
          The first {formatCount(findings.length)} of {formatCount(data.total + data.beyond)} are listed, the
          gravest first; a repair of all takes the others too.
        </p>
      )}
      <DataTable
        lines={3}
        label="Findings"
        columns={columns}
        rowCount={findings.length}
        rowAt={(index) => findings[index]}
        rowKey={keyOf}
        empty={
          data && data.total === 0 && data.beyond > 0 ? (
            <Empty>{sayUnlisted(data.beyond)}</Empty>
          ) : status === null || isPending || found > 0 ? (
            <Unread failed={fault !== null} />
          ) : (
            <Empty>{sayNothingFound(status)}</Empty>
          )
        }
      />
      {target && <RepairDialog target={target} onClose={() => setTarget(null)} />}
    </div>
  );
}

function ScanState({ status }: { status: IntegrityStatus | null }) {
  const zone = useUi((state) => state.zone);
  if (!status || status.status === 'never') return null;
  if (status.status === 'running') {
    return (
      <span className={styles.progress} role="status">
        <progress
          aria-label="Scan"
          max={Math.max(1, status.total)}
          value={Math.min(status.lookedAt, status.total)}
        />
        {formatCount(status.lookedAt)} of about {formatCount(status.total)} ({status.phase})
      </span>
    );
  }
  const when = status.startedAt === null ? '' : formatDayMinute(status.startedAt, zone);
  return (
    <span className={toolbar.note} role="status">
      {status.status === 'done' ? 'scanned' : status.status} {when} · {formatCount(status.lookedAt)} looked at
      in {formatDuration(status.tookMs)}
      {status.error && ` · ${status.error}`}
    </span>
  );
}

function sumOf(status: IntegrityStatus | null): number {
  return status ? FINDING_KINDS.reduce((sum, kind) => sum + status.counts[kind], 0) : 0;
}

function sayUnlisted(left: number): string {
  return `What was listed is mended. The scan found ${formatCount(left)} more than the list keeps: scan again to see them.`;
}
