import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** What the next simulation is to be; kept while other screens are looked at. */
export interface SimulationDraft {
  /** The ready scenario that was chosen last. */
  scenario: string;
  /** One's own text instead of the ready one; null while it was not changed. */
  text: string | null;
  /** As typed; empty for what the scenario says. */
  users: string;
  seed: string;
  /** The pool to use where it must be one of its own. */
  pool: string;
  /** How the faults by hand strike. */
  share: number;
  forMs: number;
  byMs: number;
}

/** What simulated people have to themselves on a Redis that others use. */
export const OWN_POOL = 'simulated';

/** The store of the simulator's screen. */
export const simulation = createStore<SimulationDraft>(() => ({
  scenario: 'steady',
  text: null,
  users: '',
  seed: '',
  pool: OWN_POOL,
  share: 0.5,
  forMs: 10_000,
  byMs: 500,
}));

/** Reads a part of what the next simulation is to be. */
export function useSimulation<T>(select: (state: SimulationDraft) => T): T {
  return useStore(simulation, select);
}
