import type { ConnectionProfile, SecretName } from '@shared/contract/connections';
import { type ReactNode, useId } from 'react';
import { type UseFormReturn, useWatch } from 'react-hook-form';
import input from '../../components/fields.module.css';
import styles from './connections.module.css';
import { type FormValues, KINDS } from './form-values';

type Form = UseFormReturn<FormValues, unknown, ConnectionProfile>;

interface ProfileFieldsProps {
  form: Form;
  isNew: boolean;
  /** Secrets that are kept already. */
  kept: readonly SecretName[];
  secretsRefused: string | null;
  onNamed: () => void;
}

/** The fields of a profile; what a kind of Redis does not have is not asked. */
export function ProfileFields({ form, isNew, kept, secretsRefused, onNamed }: ProfileFieldsProps) {
  const kind = useWatch({ control: form.control, name: 'kind' });
  const encrypted = useWatch({ control: form.control, name: 'encrypted' });
  const readOnly = useWatch({ control: form.control, name: 'readOnly' });
  const secret = { form, kept, refused: secretsRefused };
  return (
    <>
      <fieldset className={styles.group}>
        <legend>What it is called</legend>
        <Text form={form} name="name" label="Name" onBlur={onNamed} />
        <Text
          form={form}
          name="id"
          label="Id"
          readOnly={!isNew}
          hint={isNew ? 'For the file, variables and --connection.' : 'An id stays as it is.'}
        />
        <Select form={form} name="environment" label="Environment">
          <option value="production">production (red)</option>
          <option value="staging">staging (amber)</option>
          <option value="development">development (blue)</option>
          <option value="sandbox">sandbox (green)</option>
        </Select>
        <Text form={form} name="pool" label="Pool to show first" />
      </fieldset>

      <fieldset className={styles.group}>
        <legend>What may be done there</legend>
        <label className={styles.check}>
          <input type="checkbox" {...form.register('readOnly')} />
          Read-only: every change is refused, and nothing is written there
        </label>
        {!readOnly && (
          <Select form={form} name="role" label="Your role">
            <option value="viewer">viewer: look</option>
            <option value="operator">operator: act on users, one way or another</option>
            <option value="admin">admin: force, repair, clean up</option>
          </Select>
        )}
      </fieldset>

      <fieldset className={styles.group}>
        <legend>Where it is</legend>
        <Select form={form} name="kind" label="Kind" span={12}>
          {KINDS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
        {kind === 'tcp' && (
          <>
            <Text form={form} name="host" label="Host" span={8} />
            <Text form={form} name="port" label="Port" span={4} />
          </>
        )}
        {kind === 'socket' && <Text form={form} name="path" label="Path of the socket" span={12} />}
        {kind === 'sentinel' && <Text form={form} name="primary" label="Name of the primary" span={12} />}
        {(kind === 'sentinel' || kind === 'cluster') && (
          <Lines
            form={form}
            label={kind === 'sentinel' ? 'Sentinels' : 'Some of its nodes'}
            hint={
              kind === 'sentinel'
                ? 'One host:port on each line.'
                : 'One host:port on each line; they know the others.'
            }
          />
        )}
        {kind !== 'cluster' && <Text form={form} name="db" label="Database" span={4} />}
      </fieldset>

      <fieldset className={styles.group}>
        <legend>As whom</legend>
        <Text form={form} name="username" label="ACL user" hint="Empty for the default user." />
        <Secret {...secret} name="password" secret="password" label="Password" />
        {kind === 'sentinel' && (
          <>
            <Text form={form} name="sentinelUsername" label="User at the Sentinels" />
            <Secret
              {...secret}
              name="sentinelPassword"
              secret="sentinel-password"
              label="Password at the Sentinels"
            />
          </>
        )}
        {secretsRefused !== null && <p className={`${styles.hint} ${styles.check}`}>{secretsRefused}</p>}
      </fieldset>

      {kind !== 'socket' && (
        <fieldset className={styles.group}>
          <legend>Encryption</legend>
          <label className={styles.check}>
            <input type="checkbox" {...form.register('encrypted')} />
            TLS
          </label>
          {encrypted && (
            <>
              <Text
                form={form}
                name="caFile"
                label="Authority (PEM file)"
                hint="Empty: those that this machine trusts."
              />
              <Text
                form={form}
                name="serverName"
                label="Name in its certificate"
                hint="Where it differs from the host."
              />
              <Text form={form} name="certFile" label="Our certificate (PEM file)" />
              <Text form={form} name="keyFile" label="Its key (PEM file)" />
              <Secret
                {...secret}
                name="keyPassphrase"
                secret="key-passphrase"
                label="Passphrase of the key"
              />
            </>
          )}
        </fieldset>
      )}
    </>
  );
}

type TextName = Exclude<keyof FormValues, 'readOnly' | 'encrypted'>;

interface FieldProps {
  form: Form;
  name: TextName;
  label: string;
  hint?: string | undefined;
  span?: 3 | 4 | 6 | 8 | 12;
}

/** A label, a control, and below it what is wrong, or else a hint. */
function Field({
  form,
  name,
  label,
  hint,
  span = 6,
  children,
}: FieldProps & {
  children: (control: { id: string; 'aria-invalid': boolean; 'aria-describedby': string }) => ReactNode;
}) {
  const id = useId();
  const { error } = form.getFieldState(name, form.formState);
  const about = `${id}-about`;
  return (
    <div className={styles.field} data-span={span}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': error !== undefined, 'aria-describedby': about })}
      <span id={about} className={error ? styles.wrong : styles.hint} role={error ? 'alert' : undefined}>
        {error?.message ?? hint}
      </span>
    </div>
  );
}

function Text({ readOnly, onBlur, ...field }: FieldProps & { readOnly?: boolean; onBlur?: () => void }) {
  const { form, name } = field;
  return (
    <Field {...field}>
      {(control) => (
        <input
          {...control}
          className={input.input}
          spellCheck={false}
          readOnly={readOnly}
          {...form.register(name, onBlur ? { onBlur } : {})}
        />
      )}
    </Field>
  );
}

function Lines(field: Omit<FieldProps, 'name'>) {
  return (
    <Field {...field} name="addresses" span={12}>
      {(control) => (
        <textarea
          {...control}
          className={input.input}
          rows={3}
          spellCheck={false}
          {...field.form.register('addresses')}
        />
      )}
    </Field>
  );
}

function Select({ children, ...field }: FieldProps & { children: ReactNode }) {
  return (
    <Field {...field}>
      {(control) => (
        <select {...control} className={input.input} {...field.form.register(field.name)}>
          {children}
        </select>
      )}
    </Field>
  );
}

function Secret({
  kept,
  secret,
  refused,
  ...field
}: FieldProps & { kept: readonly SecretName[]; secret: SecretName; refused: string | null }) {
  const isKept = kept.includes(secret);
  const hint = isKept
    ? 'One is kept; leave it empty to keep it.'
    : refused === null
      ? 'Kept apart from the file.'
      : 'For a test only: it is not kept here.';
  return (
    <Field {...field} hint={hint}>
      {(control) => (
        <input
          {...control}
          className={input.input}
          type="password"
          autoComplete="new-password"
          placeholder={isKept ? '••••••••' : undefined}
          {...field.form.register(field.name)}
        />
      )}
    </Field>
  );
}
