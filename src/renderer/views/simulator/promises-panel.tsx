import { useState } from 'react';
import type { SimulatorRun } from '@shared/contract/simulator-run';
import { Button } from '../../components/button';
import { Empty, Panel } from '../../components/panel';
import { UserLink } from '../../components/user-link';
import { formatCount, formatMillisecond, withoutName } from '../../format';
import { useUi } from '../../store/ui';
import { formatElapsed } from './series';
import styles from './promises-panel.module.css';
import shared from './simulator.module.css';

type Violation = SimulatorRun['violations'][number];

/** What is watched all the time, in words. */
const PROMISES: Readonly<Record<string, string>> = {
  'two-states': 'Nobody is in two states',
  'broken-chain': 'Each move begins where the last one ended',
  'not-conserved': 'Nobody is lost, nobody comes from nowhere',
  'two-pairs': 'Nobody is in two pairs',
  cooldown: 'No pair meets again too soon',
  'alone-in-call': 'Nobody stays alone in a call',
  'illegal-accepted': 'No illegal request is carried out',
  failure: 'No request fails unexpectedly',
};

/** The promises with what was found, the targets, and every violation with its evidence. */
export function PromisesPanel({ run }: { run: SimulatorRun }) {
  const { verdict, violations } = run;
  return (
    <>
      <Panel title="Promises" aside={`${formatCount(verdict.compared)} pictures compared`}>
        <ul className={styles.promises}>
          {Object.entries(PROMISES).map(([kind, words]) => {
            const broken = verdict.broken[kind] ?? 0;
            return (
              <li key={kind} data-broken={broken > 0}>
                <span className={styles.mark} aria-hidden>
                  {broken > 0 ? '✕' : '✓'}
                </span>
                {words}
                <span className={styles.count}>
                  {broken > 0 ? `broken ${formatCount(broken)}×` : 'holds'}
                </span>
              </li>
            );
          })}
          {verdict.targets.map(({ name, what, measured, target, met }) => (
            <li key={name} data-broken={!met}>
              <span className={styles.mark} aria-hidden>
                {met ? '✓' : '✕'}
              </span>
              {what} {asTarget(name, target)}
              <span className={styles.count}>
                {measured === null ? 'nothing yet' : asTarget(name, measured)}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Violations" aside={violations.length > 0 ? `${violations.length} kept` : undefined}>
        {violations.length === 0 ? (
          <Empty>Nothing is broken. A violation shows here at once, with the user and the moment.</Empty>
        ) : (
          <ol className={`${shared.log} ${styles.violations}`} tabIndex={0} aria-label="Violations">
            {violations.toReversed().map((violation) => (
              <Evidence
                key={`${violation.at} ${violation.kind} ${violation.message}`}
                violation={violation}
              />
            ))}
          </ol>
        )}
      </Panel>
    </>
  );
}

function asTarget(name: string, value: number): string {
  return name === 'overtaken' ? `${(value * 100).toFixed(1)} %` : `${Math.round(value)} ms`;
}

function Evidence({ violation }: { violation: Violation }) {
  const [open, setOpen] = useState(false);
  const zone = useUi((state) => state.zone);
  const { at, kind, user, message, timeline } = violation;
  return (
    <li>
      <span className={shared.moment}>{formatElapsed(at)}</span> <strong>{kind}</strong>{' '}
      {user !== null && <UserLink user={user} />} <span>{withoutName(message, user)}</span>{' '}
      {timeline.length > 0 && (
        <Button tone="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide timeline' : 'Timeline'}
        </Button>
      )}
      {open && (
        <ol className={styles.timeline}>
          {timeline.map((move) => (
            <li key={`${move.at} ${move.from} ${move.to}`}>
              <span className={shared.moment}>{formatMillisecond(move.at, zone)}</span>{' '}
              {move.from ?? 'nowhere'} → {move.to ?? 'nowhere'} · {move.cause} by {move.by}
              {move.partner !== null && ` · with ${move.partner}`}
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}
