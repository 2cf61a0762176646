/** Time passed in, so that tests can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch by this machine. */
  now(): number;
  /** Calls back after a while; the returned function cancels. */
  after(ms: number, callback: () => void): () => void;
}

/** The clock of this machine. Its timers never keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
