import type { Clock } from '../lib/clock';

/** How often it is looked whether a Redis that was away answers again, in milliseconds. */
export const LOOK_EVERY_MS = 1_000;

/** A wait between two attempts to connect. */
export interface WaitOptions {
  clock: Clock;
  /** How long at most. */
  ms: number;
  /** Whether nothing answered at the attempt before; otherwise something was there and refused us. */
  wasAway: boolean;
  /** Whether something answers now. */
  answers: () => Promise<boolean>;
  /** Called once: the next attempt is due. */
  due: () => void;
}

/**
 * Waits until the time is up, or until a Redis that did not answer answers again, whichever is first. A backoff of
 * half a minute is kind to a network in trouble, but must not keep people waiting for a server that is back. Only
 * the change counts: a server that answers and refuses us is left alone until the time is up.
 * @returns ends the wait.
 */
export function waitForAttempt({ clock, ms, wasAway, answers, due }: WaitOptions): () => void {
  let over = false;
  let seenAway = wasAway;
  let cancelLook = () => {};

  const end = () => {
    over = true;
    cancelTimer();
    cancelLook();
  };
  const finish = () => {
    if (over) return;
    end();
    due();
  };
  const look = async () => {
    const answered = await answers();
    if (over) return;
    if (answered && seenAway) return finish();
    seenAway ||= !answered;
    cancelLook = clock.after(LOOK_EVERY_MS, () => void look());
  };

  const cancelTimer = clock.after(ms, finish);
  // A wait that is as short as this needs no help.
  if (ms > LOOK_EVERY_MS) cancelLook = clock.after(LOOK_EVERY_MS, () => void look());
  return end;
}
