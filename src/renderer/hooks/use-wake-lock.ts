import { useEffect } from 'react';

/**
 * Keeps the screen of this machine awake for as long as the component is there. A browser lets go of the lock when
 * its page is hidden, so it is asked for again when the page is seen; one that cannot keep awake is no fault.
 */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let ended = false;
    const ask = async () => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
      try {
        lock = await navigator.wakeLock.request('screen');
        if (ended) await lock.release();
      } catch {
        // Refused, as on battery power: the screen sleeps when the machine says so.
      }
    };
    const seen = () => void ask();
    document.addEventListener('visibilitychange', seen);
    seen();
    return () => {
      ended = true;
      document.removeEventListener('visibilitychange', seen);
      void lock?.release();
    };
  }, []);
}
