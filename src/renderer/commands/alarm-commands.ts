import { UNDO_MS } from '@shared/contract/transitions';
import { AlarmClock, AlarmClockOff, SlidersHorizontal } from 'lucide-react';
import type { AlarmKind, AlarmRules } from '@shared/contract/alarms';
import { ALARM_NAMES } from '../alarm-words';
import { showToast } from '../store/toasts';
import { ui } from '../store/ui';
import type { Command, CommandContext } from './command';
import { describeFault } from './run';

/** Asks for how long and why, and silences an alarm for everybody. */
export function snoozeAlarm(kind: AlarmKind): Command {
  return {
    id: `alarm.snooze ${kind}`,
    group: 'Alarm',
    icon: AlarmClockOff,
    label: () => 'Snooze…',
    operation: 'alarms.snooze',
    run: () => {
      ui.setState({ snoozing: kind });
    },
  };
}

/** Takes a snooze back. */
export function wakeAlarm(pool: string, kind: AlarmKind): Command {
  return {
    id: `alarm.wake ${kind}`,
    group: 'Alarm',
    icon: AlarmClock,
    label: () => 'Wake',
    operation: 'alarms.wake',
    run: async ({ client }) => {
      await client.call('alarms.wake', { pool, kind });
      showToast({ tone: 'good', title: `${ALARM_NAMES[kind]} calls again` });
    },
  };
}

/** Opens the thresholds of the pool, for everybody who looks at it. */
export const editThresholds: Command = {
  id: 'alarm.thresholds',
  group: 'Alarm',
  icon: SlidersHorizontal,
  label: () => 'Change thresholds…',
  keywords: 'alarm limits warning critical',
  operation: 'alarms.configure',
  run: () => {
    ui.setState({ thresholdsOpen: true });
  },
};

/** Sets thresholds, and offers those from before for a while. */
export async function saveThresholds(
  { client, refresh }: Pick<CommandContext, 'client' | 'refresh'>,
  change: { pool: string; rules: AlarmRules; before: AlarmRules; reason: string },
): Promise<void> {
  const { pool, rules, before, reason } = change;
  await client.call('alarms.configure', { pool, rules, reason });
  refresh();
  const takeBack = async () => {
    try {
      await client.call('alarms.configure', {
        pool,
        rules: before,
        reason: `undo of: ${reason}`.slice(0, 500),
      });
      showToast({ tone: 'good', title: 'Thresholds are as before' });
    } catch (fault) {
      showToast({ tone: 'bad', title: 'Not undone', detail: describeFault(fault) });
    }
    refresh();
  };
  showToast({
    tone: 'good',
    title: 'Thresholds changed for everybody',
    action: { label: 'Undo', until: Date.now() + UNDO_MS, run: () => void takeBack() },
  });
}
