import { DropdownMenu } from 'radix-ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { landmarkOf } from './landmark';
import styles from './menu.module.css';
import { useOpenLayer } from './open-layers';

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  /** Which end of the button it stands under. */
  align: 'start' | 'end';
  /** Whether the button does nothing now. */
  disabled?: boolean;
  /** Items and groups of them; they come to be when the menu opens. */
  children: ReactNode;
}

/** A button with a menu. The menu stands in the landmark of its button: a screen reader finds the two together. */
export function Menu({ trigger, align, disabled = false, children }: MenuProps) {
  const [button, setButton] = useState<HTMLElement | null>(null);
  const [open, setOpen] = useState(false);
  useOpenLayer(open, () => setOpen(false));
  return (
    <DropdownMenu.Root modal={false} open={open} onOpenChange={setOpen}>
      <DropdownMenu.Trigger asChild disabled={disabled} ref={setButton}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={landmarkOf(button)}>
        <DropdownMenu.Content className={styles.menu} align={align} sideOffset={6} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
