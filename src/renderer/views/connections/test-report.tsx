import type { OperationOutput } from '@shared/contract';
import type { StageResult } from '@shared/contract/connections';
import { CircleAlert, CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import styles from './connections.module.css';

const ICONS = { ok: CircleCheck, warning: CircleAlert, failed: CircleX, skipped: CircleDashed } as const;
const STATUS_WORDS = { ok: 'good', warning: 'a warning', failed: 'failed', skipped: 'not reached' } as const;
const NAMES: Record<StageResult['stage'], string> = {
  settings: 'Settings',
  name: 'Name',
  port: 'Port',
  tls: 'Encryption',
  redis: 'Redis',
  user: 'User',
  role: 'Role',
  version: 'Version',
  permissions: 'Permissions',
  keys: 'Keys',
  clock: 'Clock',
};

/** Whoever pressed the button at the foot of a long form may not see its top. */
function bringIntoView(report: HTMLElement | null): void {
  report?.scrollIntoView({ block: 'nearest' });
}

interface TestReportProps {
  report: OperationOutput<'connections.test'>;
  /** Whether the form says something else by now. */
  isChanged: boolean;
}

/** What a test of a connection found, stage by stage, with what to try where something is wrong. */
export function TestReport({ report, isChanged }: TestReportProps) {
  const { ok, stages, tookMs } = report;
  const warnings = stages.filter(({ status }) => status === 'warning').length;
  const title = !ok
    ? 'This connection does not work yet'
    : warnings > 0
      ? 'This connection works, with something to look at'
      : 'This connection works';
  return (
    <section className={styles.report} aria-label="Test of the connection" role="status" ref={bringIntoView}>
      <h3>
        {title}{' '}
        <span className={styles.took}>
          in {Math.round(tookMs)} ms{isChanged && ', before you changed something'}
        </span>
      </h3>
      <ol>
        {stages.map((stage) => (
          <Stage key={stage.stage} {...stage} />
        ))}
      </ol>
    </section>
  );
}

function Stage({ stage, status, found, advice }: StageResult) {
  const Icon = ICONS[status];
  return (
    <li className={styles.stage} data-status={status}>
      <Icon size={15} aria-label={STATUS_WORDS[status]} />
      <span>{NAMES[stage]}</span>
      <p>
        {found}
        {advice !== null && <span className={styles.advice}> {advice}</span>}
      </p>
    </li>
  );
}
