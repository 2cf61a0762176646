import {
  clearSimulated,
  pauseScenario,
  setLoad,
  setSpeed,
  startScenario,
  stopSimulator,
} from '../../commands/simulator-commands';
import { CommandButton } from '../../components/button';
import { SelectField, TextField } from '../../components/fields';
import toolbar from '../../components/toolbar.module.css';
import { formatCount, formatDuration } from '../../format';
import { useCommand } from '../../hooks/use-command';
import { useOperation } from '../../hooks/use-operation';
import { useLive } from '../../store/live';
import { simulation, useSimulation } from '../../store/simulation';
import { useUi } from '../../store/ui';
import styles from './controls.module.css';
import shared from './simulator.module.css';

const SPEEDS = [0.5, 1, 2, 5, 10] as const;
const LOADS = [0.25, 0.5, 1, 2, 4] as const;

/** What is to run, what runs, and how it is steered. */
export function Controls() {
  const status = useLive((state) => state.simulator);
  const running = status?.status === 'running';
  return (
    <>
      {status?.refused && <p className={shared.refused}>{status.refused}</p>}
      <div className={toolbar.toolbar}>
        {running || status?.status === 'stopping' ? <Steering /> : <Choosing />}
      </div>
    </>
  );
}

/** Before a run: which scenario, how many people, from which seed, and where. */
function Choosing() {
  const draft = useSimulation((state) => state);
  const status = useLive((state) => state.simulator);
  const ownPool = useOwnPool();
  const { data } = useOperation('simulator.scenarios', {});
  const ready = data?.scenarios ?? [];
  const chosen = ready.find(({ name }) => name === draft.scenario);
  return (
    <>
      <SelectField
        label="Scenario"
        width={220}
        value={draft.scenario}
        options={
          ready.length === 0
            ? [{ value: draft.scenario, label: draft.scenario }]
            : ready.map(({ name, title }) => ({ value: name, label: title }))
        }
        onChange={(scenario) => simulation.setState({ scenario, text: null })}
      />
      <TextField
        label="People"
        placeholder={draft.text === null && chosen ? `${formatCount(chosen.people)} people` : 'People'}
        value={draft.users}
        width={104}
        onCommit={(users) => simulation.setState({ users })}
      />
      <TextField
        label="Seed"
        placeholder="A fresh seed"
        value={draft.seed}
        width={112}
        onCommit={(seed) => simulation.setState({ seed })}
      />
      {ownPool && (
        <>
          <span className={toolbar.note} aria-hidden>
            in the pool
          </span>
          <TextField
            label="Pool of its own"
            value={draft.pool}
            width={112}
            onCommit={(pool) => simulation.setState({ pool })}
          />
        </>
      )}
      <CommandButton command={startScenario(draft, status, ownPool)} tone="primary" />
      {draft.text !== null && <span className={toolbar.note}>your own version</span>}
    </>
  );
}

/** While it runs: stand still, faster, slower, more, fewer, over. */
function Steering() {
  const status = useLive((state) => state.simulator);
  if (!status) return null;
  const { paused, speed, load, scenario, seed, pool, elapsedMs } = status;
  return (
    <>
      <CommandButton command={pauseScenario(!paused)} />
      <CommandButton command={stopSimulator} tone="danger" label="Stop" />
      <Steps label="Speed" values={SPEEDS} value={speed} command={setSpeed} />
      <Steps label="Load" values={LOADS} value={load} command={setLoad} />
      <span className={styles.state} role="status">
        <strong>{status.status === 'stopping' ? 'stopping' : paused ? 'paused' : 'running'}</strong>{' '}
        {scenario} · {formatDuration(Math.floor(elapsedMs / 1_000) * 1_000)} · seed {seed} · pool {pool}
      </span>
    </>
  );
}

function Steps(props: {
  label: string;
  values: readonly number[];
  value: number;
  command: (value: number) => Parameters<typeof useCommand>[0];
}) {
  const { label, values, value, command } = props;
  return (
    <span className={styles.steps} role="group" aria-label={label}>
      <span aria-hidden>{label}</span>
      {values.map((each) => (
        <Step key={each} command={command(each)} pressed={each === value} name={`${label} ${each}×`} />
      ))}
    </span>
  );
}

function Step(props: { command: Parameters<typeof useCommand>[0]; pressed: boolean; name: string }) {
  const { label, refusal, run } = useCommand(props.command);
  return (
    <button
      type="button"
      aria-label={props.name}
      aria-pressed={props.pressed}
      aria-disabled={refusal ? true : undefined}
      title={refusal ?? undefined}
      onClick={run}
    >
      {label}
    </button>
  );
}

/** Takes every simulated user out of the pool, whoever let them in. */
export function Cleaning() {
  const running = useLive((state) => state.simulator?.status === 'running');
  const shown = useUi((state) => state.pool);
  const own = useSimulation((state) => state.pool);
  return <CommandButton command={clearSimulated(useOwnPool() ? own : shown, running)} />;
}

/** On a Redis that somebody named, simulated people need a pool that nobody else uses. */
function useOwnPool(): boolean {
  return useLive((state) => state.session?.deployment.embedded === null);
}
