import type { ReactNode } from 'react';
import { Button } from './button';

interface DialogButtonsProps {
  onCancel: () => void;
  /** What the dialog does, and what it is called while it does it. */
  label: string;
  busyLabel?: string;
  busy?: boolean;
  tone: 'primary' | 'danger';
  refusal: string | null;
  onConfirm: () => void;
  /** Further buttons, between Cancel and the one that does it. */
  children?: ReactNode;
}

/** The last row of a dialog that changes something: the safe button first, the one that does it last. */
export function DialogButtons({ onCancel, label, busyLabel, busy = false, ...rest }: DialogButtonsProps) {
  const { tone, refusal, onConfirm, children } = rest;
  return (
    <>
      <Button onClick={onCancel}>Cancel</Button>
      {children}
      <Button tone={tone} refusal={refusal} disabled={busy} onClick={onConfirm}>
        {busy && busyLabel !== undefined ? busyLabel : label}
      </Button>
    </>
  );
}
