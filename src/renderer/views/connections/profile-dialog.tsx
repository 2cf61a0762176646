import { zodResolver } from '@hookform/resolvers/zod';
import type { ConnectionEntry, ConnectionProfile } from '@shared/contract/connections';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { refusalOf } from '../../commands/command';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { Modal } from '../../components/modal';
import { useCommandContext, useSituation } from '../../hooks/use-command';
import { showToast } from '../../store/toasts';
import styles from './connections.module.css';
import { type FormValues, idFromName, profileForm, secretsOf, valuesOf } from './form-values';
import { ProfileFields } from './profile-fields';
import { TestReport } from './test-report';

const FORM = 'connection-form';

interface ProfileDialogProps {
  /** The connection to edit; null for a new one. */
  entry: ConnectionEntry | null;
  /** Why secrets cannot be kept here; null where they can. */
  secretsRefused: string | null;
  onClose: () => void;
}

/** A profile in a form: it is judged as it is typed, can be tested before it is saved, and says what is wrong where. */
export function ProfileDialog({ entry, secretsRefused, onClose }: ProfileDialogProps) {
  const { client, refresh } = useCommandContext();
  const situation = useSituation();
  const profile = entry?.profile ?? null;
  const form = useForm<FormValues, unknown, ConnectionProfile>({
    resolver: zodResolver(profileForm),
    defaultValues: valuesOf(profile),
    mode: 'onTouched',
  });
  const [isChanged, setChanged] = useState(false);
  const test = useMutation({
    onMutate: () => setChanged(false),
    mutationFn: (tested: ConnectionProfile) =>
      client.call('connections.test', { profile: tested, secrets: secretsOf(form.getValues()) }),
  });
  const save = useMutation({
    mutationFn: (saved: ConnectionProfile) =>
      client.call('connections.save', {
        profile: saved,
        secrets: secretsRefused === null ? secretsOf(form.getValues()) : {},
        create: profile === null,
      }),
    onSuccess: ({ name }) => {
      showToast({ tone: 'good', title: `Saved the connection ${name}` });
      refresh();
      onClose();
    },
  });
  /** A new profile is named after what it is called, until somebody names it. */
  const fillId = () => {
    if (profile === null && !form.getFieldState('id').isDirty && form.getValues('id') === '')
      form.setValue('id', idFromName(form.getValues('name')), { shouldValidate: true });
  };
  const fault = save.error ?? test.error;
  return (
    <Modal
      title={profile === null ? 'Add a connection' : `Edit ${profile.name}`}
      description="Kept in a file that you can read; secrets are kept apart from it."
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            refusal={
              test.isPending
                ? 'The test is running.'
                : refusalOf({ operation: 'connections.test' }, situation)
            }
            onClick={() => void form.handleSubmit((tested) => test.mutate(tested))()}
          >
            {test.isPending ? 'Testing…' : 'Test'}
          </Button>
          <Button
            tone="primary"
            type="submit"
            form={FORM}
            refusal={refusalOf({ operation: 'connections.save' }, situation)}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className={styles.form}
        noValidate
        autoComplete="off"
        onChange={() => setChanged(true)}
        onSubmit={(event) => void form.handleSubmit((saved) => save.mutate(saved))(event)}
      >
        {fault && (
          <p className={styles.fault} role="alert">
            {describeFault(fault)}
          </p>
        )}
        {test.data && !test.isPending && <TestReport report={test.data} isChanged={isChanged} />}
        <ProfileFields
          form={form}
          isNew={profile === null}
          kept={entry?.secrets ?? []}
          secretsRefused={secretsRefused}
          onNamed={fillId}
        />
      </form>
    </Modal>
  );
}
