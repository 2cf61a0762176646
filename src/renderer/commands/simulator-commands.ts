import {
  Copy,
  Download,
  Eraser,
  Footprints,
  Gauge,
  type LucideIcon,
  Pause,
  Play,
  Square,
  TriangleAlert,
  Users,
} from 'lucide-react';
import type { FAULT_KINDS, HandAct, SimulatorStatus } from '@shared/contract/simulator';
import { saveText } from '../export';
import { formatThings } from '../format';
import { simulation, type SimulationDraft } from '../store/simulation';
import { showToast } from '../store/toasts';
import type { Command } from './command';

type FaultKind = (typeof FAULT_KINDS)[number];
const NOTHING_RUNS = 'No scenario is running: start one first.';

/** Fills the pool with people who walk through every state. */
export const startSimulator: Command = {
  id: 'simulator.start',
  group: 'Simulator',
  icon: Play,
  label: () => 'Start simulated users',
  keywords: 'sandbox load steady scenario',
  operation: 'simulator.start',
  run: async ({ client }) => {
    const status = await client.call('simulator.start', { scenario: 'steady' });
    showToast({ tone: 'good', title: `Simulator started: ${status.scenario ?? 'steady'}` });
  },
};

/** Ends the scenario and takes its users away. */
export const stopSimulator: Command = {
  id: 'simulator.stop',
  group: 'Simulator',
  icon: Square,
  label: () => 'Stop simulated users and remove them',
  operation: 'simulator.stop',
  run: async ({ client }) => {
    await client.call('simulator.stop', {});
    showToast({ tone: 'good', title: 'Simulator stopped; its users are removed' });
  },
};

/** Starts what was chosen on the simulator's screen. @param ownPool whether the pool is to be one of its own */
export function startScenario(
  draft: SimulationDraft,
  status: SimulatorStatus | null,
  ownPool: boolean,
): Command {
  const { scenario, text, users, seed, pool } = draft;
  return {
    id: 'simulator.startScenario',
    group: 'Simulator',
    icon: Play,
    label: () => 'Start',
    operation: 'simulator.start',
    refuse: () =>
      status?.refused ??
      wrongNumber('people', users, 2, 100_000) ??
      wrongNumber('The seed', seed, 0, 0xffff_ffff) ??
      null,
    run: async ({ client, navigate }) => {
      await client.call('simulator.start', {
        scenario,
        ...(text === null ? {} : { text }),
        ...(users === '' ? {} : { users: Number(users) }),
        ...(seed === '' ? {} : { seed: Number(seed) }),
        ...(ownPool ? { pool } : {}),
      });
      navigate('/simulator');
    },
  };
}

function wrongNumber(what: string, text: string, min: number, max: number): string | null {
  if (text === '') return null;
  const number = Number(text);
  const right = /^\d+$/.test(text) && number >= min && number <= max;
  return right ? null : `${what}: a whole number from ${min} to ${max}, not "${text}".`;
}

/** Lets everybody stand still, or go on. */
export function pauseScenario(paused: boolean): Command {
  return {
    id: 'simulator.pause',
    group: 'Simulator',
    icon: paused ? Pause : Play,
    label: () => (paused ? 'Pause' : 'Resume'),
    operation: 'simulator.pause',
    run: async ({ client }) => {
      await client.call('simulator.pause', { paused });
    },
  };
}

/** Changes how fast the time of the run goes. */
export function setSpeed(speed: number): Command {
  return {
    id: `simulator.speed ${speed}`,
    group: 'Simulator',
    icon: Gauge,
    label: () => `${speed}×`,
    operation: 'simulator.speed',
    run: async ({ client }) => {
      await client.call('simulator.speed', { speed });
    },
  };
}

/** Changes how many people come. */
export function setLoad(factor: number): Command {
  return {
    id: `simulator.load ${factor}`,
    group: 'Simulator',
    icon: Users,
    label: () => `${factor}×`,
    operation: 'simulator.load',
    run: async ({ client }) => {
      await client.call('simulator.load', { factor });
    },
  };
}

/** The faults with their names, in the order of their buttons. */
export const FAULT_NAMES: Readonly<Record<FaultKind, string>> = {
  'kill-clients': 'Kill clients',
  'freeze-heartbeats': 'Freeze heartbeats',
  'delay-replies': 'Delay replies',
  'drop-replies': 'Drop replies',
  'restart-matcher': 'Restart the matcher',
  'kill-server': 'Kill a server process',
  'pause-redis': 'Pause Redis',
  'restart-redis': 'Restart Redis',
  'corrupt-user': 'Corrupt a user',
};

/** Breaks something on purpose, now. */
export function strikeFault(
  fault: FaultKind,
  { share, forMs, byMs }: Pick<SimulationDraft, 'share' | 'forMs' | 'byMs'>,
  running: boolean,
): Command {
  return {
    id: `simulator.strike ${fault}`,
    group: 'Simulator',
    icon: TriangleAlert,
    label: () => FAULT_NAMES[fault],
    operation: 'simulator.strike',
    refuse: () => (running ? null : NOTHING_RUNS),
    run: async ({ client }) => {
      const { done, detail } = await client.call('simulator.strike', { fault, share, forMs, byMs });
      showToast({ tone: done ? 'plain' : 'bad', title: FAULT_NAMES[fault], detail });
    },
  };
}

/** Takes every simulated user out of a pool, also those of a run that was killed. */
export function clearSimulated(pool: string, running: boolean): Command {
  return {
    id: 'simulator.clear',
    group: 'Simulator',
    icon: Eraser,
    label: () => 'Remove simulated users',
    operation: 'simulator.clear',
    refuse: () => (running ? 'A scenario is running: stopping it removes its users.' : null),
    run: async ({ client }) => {
      const { removed } = await client.call('simulator.clear', { pool });
      showToast({ tone: 'good', title: `${formatThings(removed, 'simulated user')} removed from ${pool}` });
    },
  };
}

/** Takes one step as the person who is driven by hand. */
export function driveHand(act: HandAct, label: string, running: boolean): Command {
  return {
    id: `simulator.drive ${act}`,
    group: 'Simulator',
    icon: Footprints,
    label: () => label,
    operation: 'simulator.drive',
    refuse: () => (running ? null : NOTHING_RUNS),
    run: async ({ client }) => {
      await client.call('simulator.drive', { act });
    },
  };
}

/** Makes the next run the same as an earlier one: its scenario, as many people, its seed. @param run none when null */
export function repeatRun(run: string | null): Command {
  return {
    id: 'simulator.repeat',
    group: 'Simulator',
    icon: Copy,
    label: () => 'Use again',
    operation: 'simulator.run',
    refuse: () => (run === null ? 'Mark one run first.' : null),
    run: async ({ client }) => {
      if (run === null) return;
      const { run: found } = await client.call('simulator.run', { run, samples: 2 });
      if (!found) return;
      const { text, seed, scenario } = found;
      simulation.setState({ text, users: String(scenario.people), seed: String(seed) });
      showToast({ tone: 'plain', title: `Start now runs ${scenario.name} again, seed ${seed}` });
    },
  };
}

/** Saves the report of a run as a file. @param run the newest one when null */
export function saveReport(run: string | null, format: 'markdown' | 'html'): Command {
  const icon: LucideIcon = Download;
  return {
    id: `simulator.report ${format}`,
    group: 'Simulator',
    icon,
    label: () => (format === 'html' ? 'Report (HTML)' : 'Report (Markdown)'),
    operation: 'simulator.report',
    run: async ({ client }) => {
      const { name, text } = await client.call('simulator.report', {
        ...(run === null ? {} : { run }),
        format,
      });
      saveText(name, format === 'html' ? 'text/html' : 'text/markdown', text);
    },
  };
}
