import { STATES, type State } from '@shared/states';
import { useLocation } from 'wouter';
import { Choice, SelectField, TextField } from '../../components/fields';
import { STATE_COLOURS } from '../../components/state-name';
import toolbar from '../../components/toolbar.module.css';
import { formatCount } from '../../format';
import { useFilter } from '../../hooks/use-filter';
import { useLive } from '../../store/live';
import styles from './users.module.css';

const ORDERS = [
  { value: 'oldest', label: 'longest first' },
  { value: 'newest', label: 'newest first' },
];

interface UserFilterProps {
  state: State | null;
  order: 'oldest' | 'newest';
  find: string;
}

/** Which users are listed. It stands in the address, so that a view can be passed on. */
export function UserFilter({ state, order, find }: UserFilterProps) {
  const [location] = useLocation();
  const [, change] = useFilter<'state' | 'order' | 'find'>();
  return (
    <div className={toolbar.toolbar} key={location.startsWith('/users') ? 'users' : location}>
      <Choice
        label="State"
        value={find === '' ? (state ?? 'ALL') : 'ALL'}
        options={[
          { value: 'ALL', label: <Label state={null} /> },
          ...STATES.map((each) => ({ value: each, label: <Label state={each} /> })),
        ]}
        onChange={(value) => change({ state: value === 'ALL' ? '' : value, find: '' })}
      />
      <SelectField
        label="Order"
        value={order}
        options={ORDERS}
        onChange={(value) => change({ order: value })}
      />
      <TextField label="Find by id" width={130} value={find} onCommit={(value) => change({ find: value })} />
    </div>
  );
}

function Label({ state }: { state: State | null }) {
  const count = useLive(({ overview }) => {
    if (!overview) return null;
    return state === null
      ? STATES.reduce((sum, each) => sum + overview.states[each].count, 0)
      : overview.states[state].count;
  });
  return (
    <>
      {state && <span className={styles.dot} style={{ background: STATE_COLOURS[state] }} aria-hidden />}
      {state ?? 'All'} <span>{formatCount(count)}</span>
    </>
  );
}
