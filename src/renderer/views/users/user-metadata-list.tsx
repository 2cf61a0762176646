import type { UserDetails } from '@shared/contract/users';
import { formatMoment, type TimeZoneChoice } from '../../format';
import { useUi } from '../../store/ui';
import styles from './user-drawer.module.css';

const TIMES = /(At|Time|Change|Heartbeat|Activity)$/;

/** Every field that is stored, also those that the product does not know or cannot read. */
export function UserMetadataList({ details }: { details: UserDetails }) {
  const zone = useUi((state) => state.zone);
  const { metadata } = details;
  if (!metadata.exists) return <p className={styles.note}>No metadata is stored for this user.</p>;
  const known = Object.entries(metadata.values);
  const unknown = Object.entries(metadata.unknown);
  return (
    <details className={styles.metadata}>
      <summary>All metadata ({known.length + unknown.length + metadata.unreadable.length})</summary>
      <dl className={styles.facts}>
        {known.map(([name, value]) => (
          <Field key={name} name={name} text={toText(name, value, zone)} />
        ))}
        {unknown.map(([name, value]) => (
          <Field key={name} name={name} text={value} note="not of this product" />
        ))}
        {metadata.unreadable.map(({ field, text, expected }) => (
          <Field key={field} name={field} text={text} note={`not readable: expected ${expected}`} bad />
        ))}
      </dl>
    </details>
  );
}

function Field({
  name,
  text,
  note,
  bad = false,
}: {
  name: string;
  text: string;
  note?: string;
  bad?: boolean;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {text}
        {note && <span className={bad ? styles.broken : styles.note}> · {note}</span>}
      </dd>
    </div>
  );
}

function toText(name: string, value: unknown, zone: TimeZoneChoice): string {
  if (typeof value === 'number' && TIMES.test(name) && value > 1e11) return formatMoment(value, zone);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
