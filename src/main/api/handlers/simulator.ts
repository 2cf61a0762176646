import { SwitchboardError } from '@shared/errors';
import type { Fault } from '../../simulator/fault';
import { readyScenario, SCENARIO_NAMES, scenarioText } from '../../simulator/library';
import { toHtml, toMarkdown } from '../../simulator/report';
import { evenly } from '../../simulator/samples';
import { scenarioJsonSchema } from '../../simulator/scenario';
import { checkScenario } from '../../simulator/scenario-file';
import type { Runs } from '../../simulator/runs';
import type { Simulator } from '../../simulator/simulator';
import type { Handlers } from '../dispatch';

type SimulatorHandlers = Pick<Handlers, Extract<keyof Handlers, `simulator.${string}`>>;

/** Everything that can be done with simulated people. */
export function simulatorHandlers(simulator: Simulator, runs: Runs): SimulatorHandlers {
  return {
    'simulator.scenarios': () =>
      Promise.resolve({
        scenarios: SCENARIO_NAMES.map(describeScenario),
        schema: JSON.stringify(scenarioJsonSchema()),
      }),
    'simulator.check': ({ text }) => Promise.resolve({ faults: checkScenario(text) }),
    'simulator.start': (request) => simulator.start(request),
    'simulator.stop': () => simulator.stop(),
    'simulator.pause': async ({ paused }) => await Promise.resolve(simulator.pause(paused)),
    'simulator.speed': async ({ speed }) => await Promise.resolve(simulator.setSpeed(speed)),
    'simulator.load': async ({ factor }) => await Promise.resolve(simulator.setLoad(factor)),
    'simulator.clear': async ({ pool }) => ({ removed: await simulator.clear(pool) }),
    'simulator.hand': () =>
      Promise.resolve({ run: simulator.getStatus().run, hand: simulator.run?.hand.view ?? null }),
    'simulator.drive': async ({ act }) => await simulator.requireRun().hand.act(act),
    'simulator.strike': async (input) => await Promise.resolve(simulator.requireRun().strike(toFault(input))),
    async 'simulator.run'({ run, samples }) {
      const record = await runs.get(run);
      return { run: record && { ...record, samples: evenly(record.samples, samples) } };
    },
    'simulator.runs': () => runs.list(),
    async 'simulator.remove'({ run }) {
      await runs.remove(run);
      return {};
    },
    async 'simulator.report'({ run, format }) {
      const record = await runs.get(run);
      if (!record) throw new SwitchboardError('not_found', 'No scenario has run yet.');
      const name = `${record.scenario.name}-${record.seed}.${format === 'html' ? 'html' : 'md'}`;
      return { name, text: format === 'html' ? toHtml(record) : toMarkdown(record) };
    },
  };
}

function describeScenario(name: string) {
  const { title, description, people, duration } = readyScenario(name);
  return { name, title, description, people, durationMs: duration ?? null, text: scenarioText(name) };
}

function toFault(input: { fault: Fault['do']; share: number; forMs: number; byMs: number }): Fault {
  const { share, forMs, byMs } = input;
  const at = 0;
  switch (input.fault) {
    case 'kill-clients':
      return { do: 'kill-clients', at, share };
    case 'freeze-heartbeats':
      return { do: 'freeze-heartbeats', at, share, for: forMs };
    case 'delay-replies':
      return { do: 'delay-replies', at, by: byMs, for: forMs };
    case 'drop-replies':
      return { do: 'drop-replies', at, share, for: forMs };
    case 'pause-redis':
      return { do: 'pause-redis', at, for: forMs };
    case 'restart-matcher':
    case 'kill-server':
      return { do: input.fault, at, for: forMs };
    case 'restart-redis':
    case 'corrupt-user':
      return { do: input.fault, at };
  }
}
