import { X } from 'lucide-react';
import { Toast as RadixToast } from 'radix-ui';
import { dismissToast, type Toast, useToasts } from '../store/toasts';
import { Button } from './button';
import { closeTopLayer, isForMessage } from './open-layers';
import styles from './toasts.module.css';
import { useNow } from '../hooks/use-now';

/** Short messages in the corner; F8 takes the keyboard to them. */
export function Toasts() {
  const list = useToasts();
  return (
    <RadixToast.Provider label="Message" swipeDirection="right">
      {list.map((toast) => (
        <Message key={toast.id} toast={toast} />
      ))}
      <RadixToast.Viewport className={styles.viewport} data-message label="Messages ({hotkey})" />
    </RadixToast.Provider>
  );
}

/** Escape is for what the person works in: a message takes it where nothing else is open, or when it has the keyboard. */
function leaveToOthers(event: Event): void {
  if (!isForMessage(event) && closeTopLayer()) event.preventDefault();
}

function Message({ toast }: { toast: Toast }) {
  const { action } = toast;
  return (
    <RadixToast.Root
      className={styles.toast}
      data-message
      data-tone={toast.tone}
      type={toast.tone === 'bad' ? 'foreground' : 'background'}
      duration={toast.stayMs}
      onOpenChange={(open) => !open && dismissToast(toast.id)}
      onEscapeKeyDown={leaveToOthers}
    >
      <div className={styles.words}>
        <RadixToast.Title className={styles.title}>{toast.title}</RadixToast.Title>
        {toast.detail && <RadixToast.Description>{toast.detail}</RadixToast.Description>}
      </div>
      {action && <ActionButton toast={toast} action={action} />}
      <RadixToast.Close asChild>
        <Button tone="quiet" aria-label="Dismiss">
          <X size={14} aria-hidden />
        </Button>
      </RadixToast.Close>
    </RadixToast.Root>
  );
}

function ActionButton({ toast, action }: { toast: Toast; action: NonNullable<Toast['action']> }) {
  const left = Math.ceil((action.until - useNow()) / 1000);
  if (left <= 0) return null;
  return (
    <RadixToast.Action asChild altText={`${action.label}: ${toast.title}`}>
      <Button onClick={action.run}>
        {action.label} · {left} s
      </Button>
    </RadixToast.Action>
  );
}
