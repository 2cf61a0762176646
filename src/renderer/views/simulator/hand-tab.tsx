import type { HandAct, SimulatorHand } from '@shared/contract/simulator';
import { isState } from '@shared/states';
import { describeFault } from '../../commands/run';
import { driveHand } from '../../commands/simulator-commands';
import { CommandButton } from '../../components/button';
import { Empty, Panel } from '../../components/panel';
import { StateName } from '../../components/state-name';
import { UserLink } from '../../components/user-link';
import { useOperation } from '../../hooks/use-operation';
import { useLive } from '../../store/live';
import { formatElapsed } from './series';
import styles from './hand-tab.module.css';
import shared from './simulator.module.css';

/** Every step with its name, and where it is what a well-behaved client would do. */
const STEPS: readonly { act: HandAct; label: string; from: readonly SimulatorHand['belief'][] }[] = [
  { act: 'arrive', label: 'Open the page', from: ['out'] },
  { act: 'queue', label: 'Join the queue', from: ['IDLE', 'DISCONNECTING'] },
  { act: 'leave', label: 'Leave the queue', from: ['WAITING'] },
  { act: 'connected', label: 'The connection stands', from: ['CONNECTING'] },
  { act: 'fail', label: 'The connection failed', from: ['CONNECTING'] },
  { act: 'skip', label: 'Skip', from: ['CONNECTING', 'IN_CALL'] },
  { act: 'end', label: 'End', from: ['CONNECTING', 'IN_CALL'] },
  { act: 'hang-up', label: 'Hang up', from: ['IN_CALL'] },
  { act: 'settle', label: 'Call taken down', from: ['DISCONNECTING'] },
  {
    act: 'vanish',
    label: 'Close the browser',
    from: ['IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DISCONNECTING'],
  },
];

/** One person in the run, driven step by step against the simulated others. */
export function HandTab() {
  const running = useLive((state) => state.simulator?.status === 'running');
  const run = useLive((state) => state.simulator?.run ?? null);
  const { data, error } = useOperation('simulator.hand', {}, { refreshMs: running ? 500 : 2_000 });
  // The last answer may be of the run before, for as long as the next one is on its way.
  const hand = data?.run === run ? (data?.hand ?? null) : null;
  if (error) return <Empty>{describeFault(error)}</Empty>;
  return (
    <div className={`${shared.columns} ${styles.hand}`}>
      <Panel title="Your person" aside={hand ? <UserLink user={hand.user} /> : undefined}>
        {hand ? (
          <p className={styles.where} role="status">
            {isState(hand.belief) ? <StateName state={hand.belief} /> : 'not on the page'}
            {hand.partner !== null && (
              <>
                {' '}
                with <UserLink user={hand.partner} />
              </>
            )}
          </p>
        ) : (
          <Empty>Start a scenario: your person joins it and meets its people.</Empty>
        )}
        <div className={styles.steps}>
          {STEPS.map(({ act, label, from }) => (
            <CommandButton
              key={act}
              command={driveHand(act, label, running)}
              tone={hand && from.includes(hand.belief) ? 'primary' : 'plain'}
            />
          ))}
        </div>
        <p className={shared.hint}>
          Coloured steps are legal where your person is. The others can be taken too, to see them refused.
        </p>
      </Panel>
      <Panel title="What happened to your person">
        {!hand || hand.steps.length === 0 ? (
          <Empty>Nothing yet. Each step and each move shows here, the newest first.</Empty>
        ) : (
          <ol className={shared.log} tabIndex={0} aria-label="Steps">
            {hand.steps.toReversed().map(({ at, kind, what, outcome }, index) => (
              <li key={`${at} ${kind} ${what} ${hand.steps.length - index}`} data-kind={kind}>
                <span className={shared.moment}>{formatElapsed(at)}</span> {kind} <strong>{what}</strong>{' '}
                {outcome}
              </li>
            ))}
          </ol>
        )}
      </Panel>
    </div>
  );
}
