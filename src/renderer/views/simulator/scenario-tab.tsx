import { Download, RotateCcw, Upload } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { OperationOutput } from '@shared/contract';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { Empty, Panel } from '../../components/panel';
import { saveText } from '../../export';
import { formatDuration, formatThings } from '../../format';
import { useCommandContext } from '../../hooks/use-command';
import { useOperation } from '../../hooks/use-operation';
import { simulation, useSimulation } from '../../store/simulation';
import { showToast } from '../../store/toasts';
import styles from './scenario-tab.module.css';
import shared from './simulator.module.css';

type Ready = OperationOutput<'simulator.scenarios'>['scenarios'][number];
type Fault = OperationOutput<'simulator.check'>['faults'][number];

/** As long as the engine takes. */
const MAX_TEXT = 100_000;
const CodeEditor = lazy(async () => ({ default: (await import('./code-editor')).CodeEditor }));

/** The ready scenarios, and the text of one to change, import and share. */
export function ScenarioTab() {
  useOpenedFile();
  const { scenario, text } = useSimulation((state) => state);
  const { data, error } = useOperation('simulator.scenarios', {});
  const chosen = data?.scenarios.find(({ name }) => name === scenario);
  if (error) return <Empty>{describeFault(error)}</Empty>;
  if (!data || !chosen) return <Empty>Reading…</Empty>;
  return (
    <div className={`${shared.columns} ${styles.scenario}`}>
      <Panel title="Ready scenarios">
        <ul className={styles.library} aria-label="Ready scenarios">
          {data.scenarios.map((each) => (
            <li key={each.name}>
              <button
                type="button"
                aria-pressed={each.name === scenario && text === null}
                onClick={() => simulation.setState({ scenario: each.name, text: null })}
              >
                <strong>{each.title}</strong>
                <span>{factsOf(each)}</span>
                <span>{each.description}</span>
              </button>
            </li>
          ))}
        </ul>
      </Panel>
      <Editing key={scenario} ready={chosen} schema={data.schema} />
    </div>
  );
}

/** The text of a scenario file that was opened from outside stands in the address, once. */
function useOpenedFile(): void {
  const [search, setSearch] = useSearchParams();
  const opened = search.get('scenario');
  useEffect(() => {
    if (opened === null) return;
    simulation.setState({ text: opened });
    setSearch({ tab: 'scenario' }, { replace: true });
  }, [opened, setSearch]);
}

function factsOf({ people, durationMs }: Ready): string {
  return `${formatThings(people, 'person', 'people')}, ${durationMs === null ? 'without an end' : formatDuration(durationMs)}`;
}

function Editing({ ready, schema }: { ready: Ready; schema: string }) {
  const own = useSimulation((state) => state.text);
  const { client } = useCommandContext();
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const file = useRef<HTMLInputElement>(null);
  const text = own ?? ready.text;
  const check = useCallback(
    async (changed: string) => {
      const { faults: found } = await client.call('simulator.check', { text: changed });
      setFaults(found);
      return found;
    },
    [client],
  );
  const change = useCallback(
    (changed: string) => simulation.setState({ text: changed === ready.text ? null : changed }),
    [ready.text],
  );

  async function importFile(chosen: File | undefined): Promise<void> {
    if (!chosen) return;
    if (chosen.size > MAX_TEXT)
      showToast({ tone: 'bad', title: 'Not imported', detail: 'A scenario has at most 100,000 characters.' });
    else simulation.setState({ text: await chosen.text() });
  }

  return (
    <Panel
      title={own === null ? ready.title : 'Your own version'}
      aside={
        <span className={shared.reports}>
          <input
            ref={file}
            type="file"
            accept=".yaml,.yml,.json,.switchboard"
            aria-label="Scenario file"
            hidden
            onChange={(event) => {
              void importFile(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
          <Button onClick={() => file.current?.click()}>
            <Upload size={13} aria-hidden />
            Import
          </Button>
          <Button onClick={() => saveText(`${ready.name}.yaml`, 'application/yaml', text)}>
            <Download size={13} aria-hidden />
            Export
          </Button>
          <Button
            refusal={own === null ? 'Nothing was changed.' : null}
            onClick={() => simulation.setState({ text: null })}
          >
            <RotateCcw size={13} aria-hidden />
            Revert
          </Button>
        </span>
      }
    >
      <Suspense fallback={<Empty>Loading the editor…</Empty>}>
        <CodeEditor text={text} schema={schema} onChange={change} check={check} />
      </Suspense>
      <div className={styles.faults} role="status">
        {faults.length === 0 ? (
          <p className={shared.hint}>
            The scenario is right. Ctrl+Space offers what may stand at the cursor.
          </p>
        ) : (
          <ul>
            {faults.map(({ line, field, message }) => (
              <li key={`${line} ${field} ${message}`}>
                line {line}
                {field && `, ${field}`}: {message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
