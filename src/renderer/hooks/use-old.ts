import { staleness, useLive } from '../store/live';

/** Whether what is on the screen is from before the connection was lost; such numbers are greyed. */
export function useOld(): boolean {
  return useLive((state) => staleness(state) !== null);
}
