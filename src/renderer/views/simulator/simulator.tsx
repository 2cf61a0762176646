import { useSearchParams } from 'wouter';
import { Choice } from '../../components/fields';
import { useOld } from '../../hooks/use-old';
import toolbar from '../../components/toolbar.module.css';
import { Cleaning, Controls } from './controls';
import { HandTab } from './hand-tab';
import { HistoryTab } from './history-tab';
import { LiveTab } from './live-tab';
import { ScenarioTab } from './scenario-tab';

const TABS = {
  live: { label: 'Live', view: LiveTab },
  scenario: { label: 'Scenario', view: ScenarioTab },
  hand: { label: 'By hand', view: HandTab },
  history: { label: 'History', view: HistoryTab },
} as const;
type Tab = keyof typeof TABS;
const NAMES = Object.keys(TABS) as Tab[];

/** Loads a pool with simulated people, breaks things on purpose, and shows what holds. */
export function SimulatorScreen() {
  const old = useOld();
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('tab');
  const tab = NAMES.find((name) => name === wanted) ?? 'live';
  const View = TABS[tab].view;
  return (
    <div className={toolbar.screen} data-old={old}>
      <h1 className="visually-hidden">Simulator</h1>
      <Controls />
      <div className={toolbar.toolbar}>
        <Choice
          label="Part of the simulator"
          value={tab}
          options={NAMES.map((name) => ({ value: name, label: TABS[name].label }))}
          onChange={(name) => setSearch(name === 'live' ? {} : { tab: name }, { replace: true })}
        />
        <span className={toolbar.push} />
        <Cleaning />
      </div>
      <View />
    </div>
  );
}
