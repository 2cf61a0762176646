import { type ReactNode, useState } from 'react';
import { reason as reasonSchema } from '@shared/contract/common';
import { useLive } from '../store/live';
import form from './form.module.css';

/** A field that a dangerous action asks for, and why the action cannot be done as the field stands. */
interface SafetyField {
  field: ReactNode;
  refusal: string | null;
}

/** Why something is done: asked for every forced change, and kept in the audit trail. */
export function useReason(): SafetyField & { reason: string } {
  const [reason, setReason] = useState('');
  return {
    reason,
    refusal: reasonSchema.safeParse(reason).success ? null : 'Say why, in at least 3 characters.',
    field: (
      <label className={form.field}>
        Reason
        <textarea
          value={reason}
          maxLength={500}
          rows={2}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
    ),
  };
}

/** On production an action on several asks for their number, typed; elsewhere, and for one, it asks for nothing. */
export function useProductionGuard(size: number): SafetyField {
  const environment = useLive(({ session }) => session?.deployment.environment ?? 'production');
  const [typed, setTyped] = useState('');
  if (environment !== 'production' || size <= 1) return { field: null, refusal: null };
  return {
    refusal: typed === String(size) ? null : `Type ${size} to confirm.`,
    field: (
      <label className={form.field}>
        This is production. Type {String(size)} to confirm
        <input value={typed} inputMode="numeric" onChange={(event) => setTyped(event.target.value.trim())} />
      </label>
    ),
  };
}
