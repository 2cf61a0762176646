import type { UserDetails } from '@shared/contract/users';
import { editMetadata } from '../../commands/user-commands';
import { CommandButton } from '../../components/button';
import { formatMoment, type TimeZoneChoice } from '../../format';
import { fieldText, isEditable } from '../../metadata-text';
import { useUi } from '../../store/ui';
import styles from './user-drawer.module.css';

const TIMES = /(At|Time|Change|Heartbeat|Activity)$/;

/** One field as it is shown, and as it is changed. */
interface Shown {
  name: string;
  text: string;
  /** What stands in the hash, to be changed. */
  stored: string;
  note?: string;
  bad?: boolean;
}

/** Every field that is stored, also those that the product does not know or cannot read. */
export function UserMetadataList({ details }: { details: UserDetails }) {
  const zone = useUi((state) => state.zone);
  const { metadata, pool, user } = details;
  const fields: Shown[] = [
    ...Object.entries(metadata.values).map(([name, value]) => ({
      ...{ name, text: toText(name, value, zone), stored: fieldText(value) },
    })),
    ...Object.entries(metadata.unknown).map(([name, text]) => ({
      ...{ name, text, stored: text, note: 'not of this product' },
    })),
    ...metadata.unreadable.map(({ field, text, expected }) => ({
      ...{ name: field, text, stored: text, note: `not readable: expected ${expected}`, bad: true },
    })),
  ];
  return (
    <>
      {metadata.exists ? (
        <details className={styles.metadata}>
          <summary>All metadata ({fields.length})</summary>
          <dl className={styles.facts}>
            {fields.map((field) => (
              <Field key={field.name} field={field} pool={pool} user={user} />
            ))}
          </dl>
        </details>
      ) : (
        <p className={styles.note}>No metadata is stored for this user.</p>
      )}
    </>
  );
}

function Field({ field, pool, user }: { field: Shown; pool: string; user: string }) {
  const { name, text, stored, note, bad = false } = field;
  return (
    <div>
      <dt title={name}>{name}</dt>
      <dd className={styles.value}>
        <span>
          {text}
          {note && <span className={bad ? styles.broken : styles.note}> · {note}</span>}
        </span>
        {isEditable(name) && (
          <CommandButton
            command={editMetadata({ pool, user, field: name, text: stored })}
            label={`Change ${name}`}
            tone="quiet"
            iconOnly
          />
        )}
      </dd>
    </div>
  );
}

function toText(name: string, value: unknown, zone: TimeZoneChoice): string {
  if (typeof value === 'number' && TIMES.test(name) && value > 1e11) return formatMoment(value, zone);
  return fieldText(value);
}
