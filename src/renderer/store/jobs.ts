import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Long work on many users: it goes on whatever screen is open, and tells what came of it. */
export interface Job {
  id: number;
  title: string;
  status: 'running' | 'done' | 'cancelled' | 'failed';
  done: number;
  total: number;
  moved: number;
  skipped: readonly { user: string; message: string }[];
  /** Why it failed. */
  fault: string | null;
  /** What can be undone, and until when by this machine's clock. */
  undo: { run: () => void; until: number } | null;
  cancel: () => void;
}

interface Jobs {
  list: readonly Job[];
}

let nextId = 1;

/** Work that runs or has just ended, oldest first. */
export const jobs = createStore<Jobs>(() => ({ list: [] }));

/** Adds work to the list. */
export function addJob(job: Omit<Job, 'id'>): number {
  const id = nextId;
  nextId += 1;
  jobs.setState(({ list }) => ({ list: [...list, { ...job, id }] }));
  return id;
}

/** Tells how work goes. */
export function updateJob(id: number, part: Partial<Job>): void {
  jobs.setState(({ list }) => ({ list: list.map((job) => (job.id === id ? { ...job, ...part } : job)) }));
}

/** Takes work that has ended off the list. */
export function dismissJob(id: number): void {
  jobs.setState(({ list }) => ({ list: list.filter((job) => job.id !== id) }));
}

/** Whether work on many users is under way. */
export function hasRunningJob(): boolean {
  return jobs.getState().list.some(({ status }) => status === 'running');
}

/** Reads the list. */
export function useJobs(): readonly Job[] {
  return useStore(jobs, (state) => state.list);
}
