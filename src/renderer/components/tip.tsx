import { Tooltip } from 'radix-ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { landmarkOf } from './landmark';
import styles from './tip.module.css';

/** A word of explanation on hover and on keyboard focus. */
export function Tip({ text, children }: { text: ReactNode; children: ReactElement }) {
  const [explained, setExplained] = useState<HTMLElement | null>(null);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild ref={setExplained}>
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal container={landmarkOf(explained)}>
        <Tooltip.Content className={styles.tip} sideOffset={6} collisionPadding={8}>
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
