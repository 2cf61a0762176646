import type { FAULT_KINDS } from '@shared/contract/simulator';
import type { SimulatorRun } from '@shared/contract/simulator-run';
import { FAULT_NAMES, strikeFault } from '../../commands/simulator-commands';
import { CommandButton } from '../../components/button';
import { SelectField } from '../../components/fields';
import { Panel } from '../../components/panel';
import { useLive } from '../../store/live';
import { simulation, useSimulation } from '../../store/simulation';
import styles from './faults-panel.module.css';
import { formatElapsed } from './series';
import shared from './simulator.module.css';

const SHARES = [0.1, 0.25, 0.5, 1];
const TIMES_MS = [2_000, 5_000, 10_000, 30_000];
const DELAYS_MS = [200, 500, 2_000];
const KINDS = Object.keys(FAULT_NAMES) as (typeof FAULT_KINDS)[number][];

/** Everything that can be broken by hand, and what was. */
export function FaultsPanel({ strikes }: { strikes: SimulatorRun['strikes'] }) {
  const settings = useSimulation((state) => state);
  const running = useLive((state) => state.simulator?.status === 'running');
  return (
    <Panel title="Break something" className={styles.faults}>
      <div className={styles.settings}>
        <SelectField
          label="How many are hit"
          value={String(settings.share)}
          options={SHARES.map((share) => ({ value: String(share), label: `hits ${share * 100} %` }))}
          onChange={(share) => simulation.setState({ share: Number(share) })}
        />
        <SelectField
          label="For how long"
          value={String(settings.forMs)}
          options={TIMES_MS.map((ms) => ({ value: String(ms), label: `for ${ms / 1_000} s` }))}
          onChange={(ms) => simulation.setState({ forMs: Number(ms) })}
        />
        <SelectField
          label="How late replies come"
          value={String(settings.byMs)}
          options={DELAYS_MS.map((ms) => ({ value: String(ms), label: `${ms} ms late` }))}
          onChange={(ms) => simulation.setState({ byMs: Number(ms) })}
        />
      </div>
      <div className={styles.buttons}>
        {KINDS.map((kind) => (
          <CommandButton key={kind} command={strikeFault(kind, settings, running)} tone="warn" />
        ))}
      </div>
      {strikes.length > 0 && (
        <>
          <h3 className={styles.subtitle}>What struck</h3>
          <ol className={shared.log} tabIndex={0} aria-label="Faults that struck">
            {strikes.toReversed().map(({ at, fault, detail }, index) => (
              <li key={`${at} ${fault} ${index}`}>
                <span className={shared.moment}>{formatElapsed(at)}</span> {fault}: {detail}
              </li>
            ))}
          </ol>
        </>
      )}
    </Panel>
  );
}
