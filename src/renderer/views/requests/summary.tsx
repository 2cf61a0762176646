import type { RequestSummary } from '@shared/contract/requests';
import { Empty, Panel } from '../../components/panel';
import { formatCount, formatRoundTrip, formatShare } from '../../format';
import { useOperation } from '../../hooks/use-operation';
import { useUi } from '../../store/ui';
import styles from './requests.module.css';

const SHOWN = 5;

/** The window in numbers: how many, how many failed, which endpoints, which errors, which were slowest. */
export function RequestSummaryPanels() {
  const pool = useUi((state) => state.pool);
  const minutes = useUi((state) => state.minutes);
  const { data, error } = useOperation(
    'requests.summary',
    { pool, minutes },
    { refreshMs: 5_000, keepPrevious: true },
  );
  if (error && !data) return null; // The log below says what is wrong.
  return (
    <div className={styles.panels}>
      <Panel title="Requests" aside={data && data.lost > 0 ? `${formatCount(data.lost)} lost` : undefined}>
        <Figures data={data} />
      </Panel>
      <Panel title="Busiest endpoints">
        <Rows
          empty="No request in this time."
          rows={(data?.endpoints ?? []).map((each) => [
            each.endpoint,
            formatCount(each.requests),
            `p95 ${formatRoundTrip(each.p95Ms)}`,
          ])}
        />
      </Panel>
      <Panel title="Commonest refusals">
        <Rows
          empty="Nothing was refused or failed."
          rows={(data?.errors ?? []).map((each) => [
            `${each.status} ${each.code}`,
            formatCount(each.count),
            each.endpoint,
          ])}
        />
      </Panel>
      <Panel title="Slowest">
        <Rows
          empty="No request in this time."
          rows={(data?.slowest ?? []).map((each) => [
            each.endpoint,
            formatRoundTrip(each.ms),
            each.user ?? '',
          ])}
        />
      </Panel>
    </div>
  );
}

function Figures({ data }: { data: RequestSummary | undefined }) {
  const share = (part: number | undefined) =>
    data && data.requests > 0 && part !== undefined ? formatShare(part / data.requests) : formatShare(null);
  const figures = [
    ['requests', formatCount(data?.requests ?? null)],
    ['refused', share(data?.refused)],
    ['failed', share(data?.failed)],
    ['p50', formatRoundTrip(data?.p50Ms ?? null)],
    ['p95', formatRoundTrip(data?.p95Ms ?? null)],
    ['p99', formatRoundTrip(data?.p99Ms ?? null)],
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rows({ rows, empty }: { rows: readonly (readonly [string, string, string])[]; empty: string }) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <table className={styles.rows}>
      <tbody>
        {rows.slice(0, SHOWN).map(([name, value, more], index) => (
          <tr key={`${name} ${index}`}>
            <th scope="row">{name}</th>
            <td>{value}</td>
            <td className={styles.more}>{more}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
