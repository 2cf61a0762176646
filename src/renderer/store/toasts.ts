import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** A short message about something that was just done or refused. */
export interface Toast {
  id: number;
  tone: 'good' | 'bad' | 'plain';
  title: string;
  detail?: string;
  /** How long it stays, in milliseconds: at least as long as its action can be used. */
  stayMs: number;
  /** What the person can still do about it, such as undo, until when by this machine's clock, and which transaction it is about. */
  action?: { label: string; run: () => void; until: number; transaction?: string | undefined };
}

interface Toasts {
  list: readonly Toast[];
}

const MOST_AT_ONCE = 4;
const STAY_MS = 6_000;
let nextId = 1;

/** The messages on the screen, oldest first. */
export const toasts = createStore<Toasts>(() => ({ list: [] }));

/** Shows a message and returns its id; the oldest one gives way when there are too many. */
export function showToast(toast: Omit<Toast, 'id' | 'stayMs'>): number {
  const id = nextId;
  nextId += 1;
  const stayMs = Math.max(STAY_MS, (toast.action?.until ?? 0) - Date.now());
  toasts.setState(({ list }) => ({ list: [...list, { ...toast, id, stayMs }].slice(-MOST_AT_ONCE) }));
  return id;
}

/** Takes a message away. */
export function dismissToast(id: number): void {
  toasts.setState(({ list }) => ({ list: list.filter((toast) => toast.id !== id) }));
}

/** Takes away what messages offer about a transaction, because it was taken back elsewhere on the screen. */
export function withdrawAction(transaction: string): void {
  toasts.setState(({ list }) => ({
    list: list.filter(({ action }) => action === undefined || action.transaction !== transaction),
  }));
}

/** Reads the messages. */
export function useToasts(): readonly Toast[] {
  return useStore(toasts, (state) => state.list);
}
