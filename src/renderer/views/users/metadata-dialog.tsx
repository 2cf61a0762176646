import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { changeMetadata } from '../../commands/user-commands';
import { describeFault } from '../../commands/run';
import form from '../../components/form.module.css';
import { DialogButtons } from '../../components/dialog-buttons';
import { Modal } from '../../components/modal';
import { useReason } from '../../components/safety-fields';
import { useCommandContext } from '../../hooks/use-command';
import { EDITABLE_FIELDS, isEditable, readFieldText } from '../../metadata-text';
import { type MetadataEdit, ui, useUi } from '../../store/ui';

const close = () => ui.setState({ metadataEdit: null });
const FIELD_LIST = 'metadata-fields';

/** Sets or takes away one field of a user's metadata. */
export function MetadataDialog() {
  const edit = useUi((state) => state.metadataEdit);
  return edit && <Edit edit={edit} />;
}

function Edit({ edit: { pool, user, field: chosen, text: before } }: { edit: MetadataEdit }) {
  const context = useCommandContext();
  const [field, setField] = useState(chosen);
  const [text, setText] = useState(before);
  const [isTakenAway, setTakenAway] = useState(false);
  const why = useReason();
  const save = useMutation({
    mutationFn: (value: Parameters<typeof changeMetadata>[1]['value']) =>
      changeMetadata(context, { pool, user, field, value, reason: why.reason }),
    onSuccess: close,
  });
  const read = isTakenAway ? { value: null } : readFieldText(field, text);
  const refusal = refusalOf(field, read) ?? why.refusal;
  return (
    <Modal
      title={`Change metadata of ${user}`}
      description="Written to the audit trail with your name and reason; it can be undone for 30 seconds."
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <DialogButtons
          onCancel={close}
          label={isTakenAway ? 'Take away' : 'Save'}
          busy={save.isPending}
          tone="primary"
          operation="users.patch"
          refusal={refusal}
          onConfirm={() => {
            if ('value' in read) save.mutate(read.value);
          }}
        />
      }
    >
      <label className={form.field}>
        Field
        <input
          value={field}
          list={FIELD_LIST}
          spellCheck={false}
          onChange={(event) => setField(event.target.value.trim())}
        />
      </label>
      <datalist id={FIELD_LIST}>
        {EDITABLE_FIELDS.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label className={form.field}>
        Value
        <textarea
          value={text}
          rows={3}
          spellCheck={false}
          disabled={isTakenAway}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <label className={form.check}>
        <input
          type="checkbox"
          checked={isTakenAway}
          onChange={(event) => setTakenAway(event.target.checked)}
        />
        Take the field away
      </label>
      {why.field}
      {field !== '' && 'fault' in read && <p className={form.fault}>{refusal}</p>}
      {save.error && <p className={form.fault}>{describeFault(save.error)}</p>}
    </Modal>
  );
}

/** Why the change cannot be saved as it stands. */
function refusalOf(field: string, read: ReturnType<typeof readFieldText>): string | null {
  if (field === '') return 'Name the field.';
  if (!isEditable(field)) return `${field} follows from moves: move the user instead.`;
  return 'fault' in read ? `${field}: ${read.fault}.` : null;
}
