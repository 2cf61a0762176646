import { useCallback, useMemo } from 'react';
import { auditFilter, type AuditFilter, auditOutcome } from '@shared/contract/audit';
import { SelectField, TextField } from '../../components/fields';
import { LogTable } from '../../components/log-table';
import { LogTools } from '../../components/log-tools';
import toolbar from '../../components/toolbar.module.css';
import { useClient } from '../../hooks/use-command';
import { useFilter } from '../../hooks/use-filter';
import { useLog } from '../../hooks/use-log';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import { auditColumns, exportAudit } from './columns';

const FIELDS = ['by', 'action', 'user', 'outcome'] as const;
const OUTCOMES = [
  { value: '', label: 'any outcome' },
  ...auditOutcome.options.map((outcome) => ({ value: outcome, label: outcome })),
];
/** Who did what, when, to whom and why; and the way back, while there is one. */
export function AuditScreen() {
  const client = useClient();
  const pool = useUi((state) => state.pool);
  const zone = useUi((state) => state.zone);
  const clockOffsetMs = useLive(({ health }) => health?.server?.clockOffsetMs ?? 0);
  const [search, change] = useFilter<(typeof FIELDS)[number]>();
  const filterText = JSON.stringify(readFilter(search));
  const read = useCallback(
    (before: string | undefined) => {
      const filter = JSON.parse(filterText) as AuditFilter;
      return client.call('audit.list', { pool, filter, ...(before === undefined ? {} : { before }) });
    },
    [client, pool, filterText],
  );
  const log = useLog(`audit ${pool} ${filterText}`, read, 1_000);
  const columns = useMemo(() => auditColumns({ pool, zone, clockOffsetMs }), [pool, zone, clockOffsetMs]);
  return (
    <div className={toolbar.screen}>
      <h1 className="visually-hidden">Audit trail</h1>
      <div className={toolbar.toolbar}>
        <TextField label="By" value={search.get('by') ?? ''} onCommit={(value) => change({ by: value })} />
        <TextField
          label="Action"
          value={search.get('action') ?? ''}
          onCommit={(value) => change({ action: value })}
        />
        <TextField
          label="User id"
          value={search.get('user') ?? ''}
          onCommit={(value) => change({ user: value })}
        />
        <SelectField
          label="Outcome"
          value={search.get('outcome') ?? ''}
          options={OUTCOMES}
          onChange={(value) => change({ outcome: value })}
        />
        <LogTools log={log} name="audit" toRecord={exportAudit} />
      </div>
      <LogTable
        label="Actions of operators"
        log={log}
        columns={columns}
        empty={
          filterText === '{}'
            ? 'Nobody has changed anything by hand yet. Every forced move, removal, repair and undo is written here.'
            : 'No action agrees with this filter.'
        }
      />
    </div>
  );
}

function readFilter(search: URLSearchParams): AuditFilter {
  const given = FIELDS.flatMap((field) => {
    const value = search.get(field);
    return value === null || value === '' ? [] : [[field, value]];
  });
  const parsed = auditFilter.safeParse(Object.fromEntries(given));
  return parsed.success ? parsed.data : {};
}
