import { app, nativeImage, Notification, Tray } from 'electron';

/** Something that wants a person's eye. */
export interface Alarm {
  /** Alarms of one id are one alarm, however its text changes. */
  id: string;
  title: string;
}

/** What the desktop shows of a deployment outside its windows. */
export interface Figures {
  waiting: number;
  /** In words; null when nobody waits. */
  longestWait: string | null;
  alarms: readonly Alarm[];
}

/** Where a click leads. */
export interface Openers {
  console: () => void;
  alarms: () => void;
}

/** An alarm that comes back within this time after it went is not announced again (ms). */
const QUIET_MS = 60_000;

/**
 * The tray with the two numbers that matter, the badge with the number of alarms, and a notification for each new
 * alarm; a notification leads to the alarms, the tray to the console.
 * @param icon path of the tray's picture
 * @returns the function that takes new figures
 */
export function createAttention(icon: string, open: Openers, now: () => number = Date.now) {
  const tray = new Tray(nativeImage.createFromPath(icon).resize({ width: 16, height: 16 }));
  tray.on('click', open.console);
  const announcedAt = new Map<string, number>();
  let shown = '';

  const announce = ({ id, title }: Alarm) => {
    const last = announcedAt.get(id);
    announcedAt.set(id, now());
    if (last !== undefined && now() - last < QUIET_MS) return;
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body: 'Switchboard: click to look.' });
    notification.on('click', open.alarms);
    notification.show();
  };

  return (figures: Figures): void => {
    const text = describeFigures(figures);
    if (text !== shown) {
      shown = text;
      tray.setToolTip(text);
      app.setBadgeCount(figures.alarms.length);
    }
    for (const alarm of figures.alarms) announce(alarm);
  };
}

function describeFigures({ waiting, longestWait, alarms }: Figures): string {
  const queue = waiting === 0 ? 'nobody waits' : `${waiting} waiting, longest ${longestWait ?? 'unknown'}`;
  const state =
    alarms.length === 0 ? 'no alarm' : alarms.length === 1 ? '1 alarm' : `${alarms.length} alarms`;
  return `Switchboard: ${queue}, ${state}`;
}
