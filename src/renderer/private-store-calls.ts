import { live } from './store/live';
import { showToast } from './store/toasts';

/** Says at once when the private store has ended and begun anew: what was in it is gone, and nobody should look for it. */
export function startPrivateStoreCalls(): () => void {
  return live.subscribe(({ health }, before) => {
    const restarts = health?.privateStore?.restarts ?? 0;
    // What happened before this window looked is in the bar below.
    if (!before.health || restarts <= (before.health.privateStore?.restarts ?? 0)) return;
    showToast({
      tone: 'bad',
      title: 'The private store ended and was started anew',
      detail: 'Every user, move and entry that was in it is gone.',
    });
  });
}
