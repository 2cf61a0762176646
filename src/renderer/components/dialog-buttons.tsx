import type { ReactNode } from 'react';
import type { OperationName } from '@shared/contract';
import { refusalOf } from '../commands/command';
import { useSituation } from '../hooks/use-command';
import { Button } from './button';

interface DialogButtonsProps {
  onCancel: () => void;
  /** What the dialog does, and what it is called while it does it. */
  label: string;
  busyLabel?: string;
  busy?: boolean;
  /** Whether it does it now: then closing takes nothing back, and is not called cancelling. */
  underWay?: boolean;
  tone: 'primary' | 'danger';
  /** What it calls: what makes that impossible while the dialog is open refuses it first. */
  operation: OperationName;
  /** Why it cannot be done as the dialog is filled in. */
  refusal: string | null;
  onConfirm: () => void;
  /** Further buttons, between Cancel and the one that does it. */
  children?: ReactNode;
}

/** The last row of a dialog that changes something: the safe button first, the one that does it last. */
export function DialogButtons({ onCancel, label, busyLabel, busy = false, ...rest }: DialogButtonsProps) {
  const { underWay = false, tone, operation, refusal, onConfirm, children } = rest;
  const situation = useSituation();
  const impossible = refusalOf({ operation }, situation);
  return (
    <>
      <Button onClick={onCancel}>{underWay ? 'Leave it running' : 'Cancel'}</Button>
      {children}
      <Button tone={tone} refusal={impossible ?? refusal} disabled={busy} onClick={onConfirm}>
        {busy && busyLabel !== undefined ? busyLabel : label}
      </Button>
    </>
  );
}
