import { newlyRaised, sayAlarm } from './alarm-words';
import { navigate } from './hooks/use-hash-location';
import { live } from './store/live';
import { ui } from './store/ui';

/** A short tone, two for something critical; quiet enough for a room in which people speak. */
function sound(critical: boolean): void {
  const audio = new AudioContext();
  const tones = critical ? [880, 880] : [660];
  tones.forEach((frequency, index) => {
    const at = audio.currentTime + index * 0.35;
    const tone = new OscillatorNode(audio, { frequency });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.3);
    if (index === tones.length - 1) tone.onended = () => void audio.close();
  });
}

/**
 * Calls a person when an alarm comes up while this page is open: by a notification of the browser where that was
 * allowed (the desktop application notifies by itself), and by a tone where that was asked for. Returns what ends it.
 */
export function startAlarmCalls(): () => void {
  return live.subscribe(({ alarms, session }, before) => {
    if (!alarms || alarms === before.alarms) return;
    const known = before.alarms?.pool === alarms.pool ? before.alarms.alarms : null;
    const raised = newlyRaised(known, alarms.alarms);
    if (raised.length === 0) return;
    const { notifications, sound: audible } = ui.getState();
    if (audible) sound(raised.some(({ level }) => level === 'critical'));
    if (!notifications || session?.host === 'desktop' || !('Notification' in window)) return;
    if (Notification.permission !== 'granted') return;
    for (const alarm of raised) {
      const notification = new Notification(sayAlarm(alarm), {
        body: `${session?.deployment.name ?? 'Switchboard'} · pool ${alarms.pool} · ${alarm.level}`,
        tag: `${alarms.pool} ${alarm.kind}`,
      });
      notification.onclick = () => {
        window.focus();
        navigate('/alarms');
      };
    }
  });
}
