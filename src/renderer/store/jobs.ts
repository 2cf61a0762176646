import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** Somebody who was left as they are, and why in a sentence. */
interface Skipped {
  user: string;
  message: string;
}

/** What work that goes page by page has come to so far. */
export interface Tally {
  /** Of how many things it has passed how many; about, since people come and go. */
  passed: number;
  total: number;
  /** Users looked at. */
  looked: number;
  changed: number;
  /** Users who were well by the time it came to them. */
  well: number;
  leftOut: number;
  /** The first of each, in sentences or by id. */
  told: readonly string[];
  skipped: readonly Skipped[];
  /** Of findings: how many there are that only another scan can name. */
  beyond: number;
}

/** What a piece of such work calls what it does. */
export interface WorkWords {
  /** What becomes of a user, after "12 users". */
  did: string;
  /** How many users it was to be, by the preview. */
  expected: number;
}

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
  /** Of work that goes page by page. */
  work?: WorkWords & { tally: Tally };
  /** What it does beside the work itself, in words. */
  phase?: string | null;
  /** Whether it was cancelled, and finishes what is under way. */
  stopping?: boolean;
  /** Whether a dialog shows it, so that the corner need not. */
  inDialog?: boolean;
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

/** A dialog that showed work is closed: what still runs goes to the corner, what has ended was read. */
export function leaveJob(id: number): void {
  const job = jobs.getState().list.find((each) => each.id === id);
  if (job?.status === 'running') updateJob(id, { inDialog: false });
  else dismissJob(id);
}

/** The work on many users that is under way. */
export function runningJobs(): readonly Job[] {
  return jobs.getState().list.filter(({ status }) => status === 'running');
}

/** Reads the list. */
export function useJobs(): readonly Job[] {
  return useStore(jobs, (state) => state.list);
}
