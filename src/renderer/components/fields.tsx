import { type ReactNode, useEffect, useState } from 'react';
import styles from './fields.module.css';

const SETTLE_MS = 300;

interface TextFieldProps {
  label: string;
  value: string;
  /** Called when typing has paused, or at once on Enter. */
  onCommit: (value: string) => void;
  placeholder?: string;
  /** What is wrong with the text. */
  fault?: string | null;
  width?: number;
}

/** A field of a filter: it takes effect when typing pauses. */
export function TextField({
  label,
  value,
  onCommit,
  placeholder,
  fault = null,
  width = 150,
}: TextFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  useEffect(() => {
    if (draft === null) return;
    const timer = setTimeout(() => {
      onCommit(draft.trim());
      setDraft(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [draft, onCommit]);
  return (
    <label className={styles.field} style={{ width }}>
      <span className="visually-hidden">{label}</span>
      <input
        className={styles.input}
        value={draft ?? value}
        placeholder={placeholder ?? label}
        aria-invalid={fault !== null}
        title={fault ?? undefined}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          onCommit(event.currentTarget.value.trim());
          setDraft(null);
        }}
      />
    </label>
  );
}

interface SelectFieldProps {
  label: string;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  width?: number;
}

/** A choice of a filter, by the browser's own list. */
export function SelectField({ label, value, options, onChange, width }: SelectFieldProps) {
  return (
    <label className={styles.field}>
      <span className="visually-hidden">{label}</span>
      <select
        className={styles.input}
        style={width === undefined ? undefined : { width, maxWidth: width }}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode }[];
  onChange: (value: Value) => void;
}

/** A few alternatives beside each other, one of them pressed. */
export function Choice<Value extends string>({ label, value, options, onChange }: TabsProps<Value>) {
  return (
    <div className={styles.choice} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
