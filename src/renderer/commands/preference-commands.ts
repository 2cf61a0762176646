import { Bell } from 'lucide-react';
import { showToast } from '../store/toasts';
import { ui } from '../store/ui';
import type { Command } from './command';

/** Asks the browser whether it may notify of alarms. It asks the person only after a click. */
export const allowNotifications: Command = {
  id: 'view.notifications',
  group: 'View',
  icon: Bell,
  label: () => 'Allow notifications…',
  keywords: 'desktop alarm browser',
  refuse: () => {
    if (!('Notification' in window)) return 'This browser shows no notifications.';
    return Notification.permission === 'denied'
      ? 'This browser was told not to let this page notify you; its own settings can change that.'
      : null;
  },
  run: async () => {
    const answer = await Notification.requestPermission();
    if (answer !== 'granted') {
      showToast({
        tone: 'plain',
        title: 'The browser did not allow notifications',
        ...(answer === 'denied' && { detail: 'Its own settings for this page can change that.' }),
      });
      return;
    }
    ui.setState({ notifications: true });
    showToast({ tone: 'good', title: 'Alarms will be notified while this page is open' });
  },
};
