import { useCallback, useMemo } from 'react';
import { REQUEST_OUTCOMES, type RequestFilter, requestFilter } from '@shared/contract/requests';
import { SelectField, TextField } from '../../components/fields';
import { LogTable } from '../../components/log-table';
import { LogTools } from '../../components/log-tools';
import toolbar from '../../components/toolbar.module.css';
import { useOld } from '../../hooks/use-old';
import { useClient } from '../../hooks/use-command';
import { useFilter } from '../../hooks/use-filter';
import { useLog } from '../../hooks/use-log';
import { useUi } from '../../store/ui';
import { exportRequest, requestColumns } from './columns';
import { RequestSummaryPanels } from './summary';

const FIELDS = ['endpoint', 'user', 'outcome', 'code', 'minMs'] as const;
const OUTCOMES = [
  { value: '', label: 'any outcome' },
  ...REQUEST_OUTCOMES.map((outcome) => ({ value: outcome, label: outcome })),
];
/** What web applications ask of the matching API: how much, how fast, what was refused and why. */
export function RequestsScreen() {
  const old = useOld();
  const client = useClient();
  const pool = useUi((state) => state.pool);
  const zone = useUi((state) => state.zone);
  const [search, change] = useFilter<(typeof FIELDS)[number]>();
  const { filter, fault } = readFilter(search);
  const filterText = JSON.stringify(filter);
  const read = useCallback(
    (before: string | undefined) =>
      client.call('requests.list', {
        pool,
        filter: JSON.parse(filterText) as RequestFilter,
        limit: 200,
        ...(before === undefined ? {} : { before }),
      }),
    [client, pool, filterText],
  );
  const log = useLog(`requests ${pool} ${filterText}`, read, 1_000);
  const columns = useMemo(() => requestColumns(zone), [zone]);
  const of = (field: (typeof FIELDS)[number]) => search.get(field) ?? '';
  return (
    <div className={toolbar.screen} data-old={old}>
      <h1 className="visually-hidden">Requests</h1>
      <RequestSummaryPanels />
      <div className={toolbar.toolbar}>
        <TextField
          label="Endpoint"
          width={120}
          value={of('endpoint')}
          onCommit={(value) => change({ endpoint: value })}
        />
        <TextField
          label="User id"
          width={130}
          value={of('user')}
          onCommit={(value) => change({ user: value })}
        />
        <SelectField
          label="Outcome"
          value={of('outcome')}
          options={OUTCOMES}
          onChange={(value) => change({ outcome: value })}
        />
        <TextField
          label="Error code"
          width={120}
          value={of('code')}
          onCommit={(value) => change({ code: value })}
        />
        <TextField
          label="Slower than (ms)"
          width={142}
          value={of('minMs')}
          onCommit={(value) => change({ minMs: value })}
        />
        <LogTools log={log} name="requests" toRecord={exportRequest} />
      </div>
      <LogTable
        label="Requests to the API"
        log={log}
        columns={columns}
        fault={fault}
        empty={
          filterText === '{}'
            ? 'Nobody has called the matching API yet. Its requests appear here at once, whichever server answers them.'
            : 'No request that is still kept agrees with this filter.'
        }
      />
    </div>
  );
}

function readFilter(search: URLSearchParams): { filter: RequestFilter; fault: string | null } {
  const given = FIELDS.flatMap((field) => {
    const value = search.get(field);
    return value === null || value === '' ? [] : [[field, value]];
  });
  const parsed = requestFilter.safeParse(Object.fromEntries(given));
  if (parsed.success) return { filter: parsed.data, fault: null };
  const issue = parsed.error.issues[0];
  return { filter: {}, fault: `${issue?.path.join('.') ?? 'filter'}: ${issue?.message ?? 'not valid'}` };
}
