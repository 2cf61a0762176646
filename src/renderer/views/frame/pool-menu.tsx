import type { OperationOutput } from '@shared/contract';
import { STATES } from '@shared/states';
import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { describeFault } from '../../commands/run';
import { useOpenLayer } from '../../components/open-layers';
import { formatAge, formatCount } from '../../format';
import { useOperation } from '../../hooks/use-operation';
import { ui, useUi } from '../../store/ui';
import styles from './pool-menu.module.css';
import bar from './top-bar.module.css';

/** As often as the numbers of all pools are read while somebody looks at them. */
const REFRESH_MS = 2_000;

type Pool = OperationOutput<'pools.overview'>['pools'][number];

/** Which pool is shown, and how all of them do: a pool is chosen by looking at it. */
export function PoolMenu() {
  const pool = useUi((state) => state.pool);
  const [open, setOpen] = useState(false);
  useOpenLayer(open, () => setOpen(false));
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" className={`${bar.chip} ${bar.opens}`} aria-label={`Pool: ${pool}`}>
          <span className={bar.name}>pool: {pool}</span>
          <ChevronDown size={13} aria-hidden />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles.popover}
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Pools of this deployment"
        >
          <Pools current={pool} onChosen={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Pools({ current, onChosen }: { current: string; onChosen: () => void }) {
  const { data, error } = useOperation('pools.overview', {}, { refreshMs: REFRESH_MS });
  if (error && !data) return <p className={styles.words}>{describeFault(error)}</p>;
  if (!data) return <p className={styles.words}>Reading the pools…</p>;
  const onCluster = data.pools.some(({ node }) => node !== null);
  const choose = (pool: string) => {
    ui.setState({ pool });
    onChosen();
  };
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Every pool that was used or found, with its live numbers</caption>
      <thead>
        <tr>
          <th scope="col">Pool</th>
          {STATES.map((state) => (
            <th key={state} scope="col" className={styles.number}>
              {state}
            </th>
          ))}
          <th scope="col" className={styles.number}>
            Longest wait
          </th>
          <th scope="col" className={styles.number}>
            Stuck, silent
          </th>
          {onCluster && <th scope="col">Node</th>}
        </tr>
      </thead>
      <tbody>
        {data.pools.map((each) => (
          <Row key={each.pool} {...each} onCluster={onCluster} current={current} onChoose={choose} />
        ))}
      </tbody>
      {data.pools.length > 1 && <Totals pools={data.pools} onCluster={onCluster} />}
    </table>
  );
}

interface RowProps extends Pool {
  onCluster: boolean;
  current: string;
  onChoose: (pool: string) => void;
}

function Row({ pool, counts, longestWaitMs, stuck, node, onCluster, current, onChoose }: RowProps) {
  const isCurrent = pool === current;
  return (
    <tr data-current={isCurrent}>
      <th scope="row">
        <button
          type="button"
          className={styles.choose}
          aria-current={isCurrent ? 'true' : undefined}
          onClick={() => onChoose(pool)}
        >
          {pool}
        </button>
      </th>
      {STATES.map((state) => (
        <td key={state} className={styles.number}>
          {formatCount(counts[state])}
        </td>
      ))}
      <td className={styles.number}>{longestWaitMs === null ? '–' : formatAge(longestWaitMs)}</td>
      <td className={styles.number} data-stuck={stuck > 0}>
        {formatCount(stuck)}
      </td>
      {onCluster && <td className={styles.node}>{node ?? ''}</td>}
    </tr>
  );
}

function Totals({ pools, onCluster }: { pools: readonly Pool[]; onCluster: boolean }) {
  const longest = Math.max(...pools.map(({ longestWaitMs }) => longestWaitMs ?? -1));
  return (
    <tfoot>
      <tr>
        <th scope="row">all {formatCount(pools.length)}</th>
        {STATES.map((state) => (
          <td key={state} className={styles.number}>
            {formatCount(pools.reduce((sum, { counts }) => sum + counts[state], 0))}
          </td>
        ))}
        <td className={styles.number}>{longest < 0 ? '–' : formatAge(longest)}</td>
        <td className={styles.number}>{formatCount(pools.reduce((sum, { stuck }) => sum + stuck, 0))}</td>
        {onCluster && <td />}
      </tr>
    </tfoot>
  );
}
