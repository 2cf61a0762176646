import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button';
import { giveFocusBack, rememberFocus } from './focus-return';
import styles from './modal.module.css';
import { useOpenLayer } from './open-layers';

interface ModalProps {
  title: string;
  description?: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
  /** The buttons at its foot, the safe one first. */
  footer?: ReactNode;
}

/** Gives the keyboard to the dialog and to no field of it: one that is left empty would complain, and move the rest. */
function focusWhole(event: Event): void {
  event.preventDefault();
  rememberFocus();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}

/** A question or a page that has the keyboard until it is closed; Escape closes it. */
export function Modal({ title, description, open, onOpenChange, children, footer }: ModalProps) {
  useOpenLayer(open, () => onOpenChange(false));
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.shade} />
        <Dialog.Content
          className={styles.modal}
          onOpenAutoFocus={focusWhole}
          onCloseAutoFocus={giveFocusBack}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Dialog.Title className={styles.title}>{title}</Dialog.Title>
          {description !== undefined && (
            <Dialog.Description className={styles.description}>{description}</Dialog.Description>
          )}
          <div className={styles.body}>{children}</div>
          {footer && <footer className={styles.footer}>{footer}</footer>}
          {/* The last one, so that Tab comes first to the first field, or to the safe button. */}
          <Dialog.Close asChild>
            <Button tone="quiet" aria-label="Close" className={styles.close}>
              <X size={15} aria-hidden />
            </Button>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
