import { CAUSES } from '@shared/contract/transitions';
import { STATES } from '@shared/states';
import { Button } from '../../components/button';
import { SelectField, TextField } from '../../components/fields';
import type { FilterField } from './filter';

const stateOptions = (any: string) => [
  { value: '', label: any },
  ...STATES.map((state) => ({ value: state, label: state })),
  { value: 'UNKNOWN', label: 'none' },
];
const FROM = stateOptions('from any');
const TO = stateOptions('to any');
const CAUSE = [{ value: '', label: 'any cause' }, ...CAUSES.map((cause) => ({ value: cause, label: cause }))];

interface FilterBarProps {
  values: URLSearchParams;
  faults: Partial<Record<FilterField, string>>;
  onChange: (field: FilterField, value: string) => void;
  onClear: () => void;
  isFiltered: boolean;
}

/** Which moves are wanted: every field that is filled must agree. */
export function FilterBar({ values, faults, onChange, onClear, isFiltered }: FilterBarProps) {
  const of = (field: FilterField) => values.get(field) ?? '';
  return (
    <>
      <TextField
        label="User id"
        value={of('user')}
        fault={faults.user ?? null}
        onCommit={(value) => onChange('user', value)}
      />
      <SelectField
        label="From"
        value={of('from')}
        options={FROM}
        onChange={(value) => onChange('from', value)}
      />
      <SelectField label="To" value={of('to')} options={TO} onChange={(value) => onChange('to', value)} />
      <SelectField
        label="Cause"
        value={of('cause')}
        options={CAUSE}
        onChange={(value) => onChange('cause', value)}
      />
      <TextField label="By" value={of('by')} width={110} onCommit={(value) => onChange('by', value)} />
      {isFiltered && (
        <Button tone="quiet" onClick={onClear}>
          Clear
        </Button>
      )}
    </>
  );
}
