/** The steps of a start, in the order in which they are done. */
export const STARTUP_STEPS = ['loaded', 'core', 'runtime', 'window', 'picture'] as const;
export type StartupStep = (typeof STARTUP_STEPS)[number];

/** When each step of a start was done, in whole milliseconds since the process began. */
export type StartupTimes = Partial<Record<StartupStep, number>>;

/** Notes the steps of this process's start. Each counts once: a second window is no second start. */
export class Startup {
  readonly times: StartupTimes = {};

  /** @param now milliseconds since the process began */
  constructor(private readonly now: () => number = () => performance.now()) {}

  note(step: StartupStep): void {
    this.times[step] ??= Math.round(this.now());
  }
}
