import { useState } from 'react';
import { STATES, type State } from '@shared/states';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type DecidedAction, fromOf, previewOf, runBulk, sizeOf } from '../../commands/bulk';
import { describeFault } from '../../commands/run';
import { DialogButtons } from '../../components/dialog-buttons';
import { Modal } from '../../components/modal';
import { useProductionGuard, useReason } from '../../components/safety-fields';
import { StateName } from '../../components/state-name';
import { formatThings } from '../../format';
import { useCommandContext } from '../../hooks/use-command';
import { useRefreshMs } from '../../hooks/use-operation';
import { ui, type UserAction, useUi } from '../../store/ui';
import { ActionPreview } from './action-preview';
import styles from './action-dialog.module.css';

const LOOKING = 'Looking at what would change…';

const close = () => ui.setState({ action: null });

/** Prepares an action on users: where to, why, what exactly would change, and only then does it. */
export function ActionDialog() {
  const action = useUi((state) => state.action);
  return action && <Prepare action={action} />;
}

function Prepare({ action }: { action: UserAction }) {
  const { client, refresh } = useCommandContext();
  const [to, setTo] = useState<State>('IDLE');
  const why = useReason();
  const size = sizeOf(action);
  const decided: DecidedAction =
    action.verb === 'force'
      ? { ...action, verb: 'force', to, reason: why.reason }
      : { ...action, verb: 'remove', reason: why.reason };
  const again = useRefreshMs(2_000);
  const preview = useQuery({
    queryKey: ['preview', action, to],
    queryFn: () => previewOf(client, { ...decided, reason: 'preview' }),
    // Another dialog about the same users looks anew; another state keeps the height of this one.
    gcTime: 0,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => state.error !== null && again,
  });
  const unseen = size > 1 && (preview.isPending || preview.isPlaceholderData);
  const guard = useProductionGuard(size);

  function start(): void {
    close();
    void runBulk(client, decided, refresh);
  }

  return (
    <Modal
      title={action.verb === 'force' ? `Force ${whom(action)}` : `Remove ${whom(action)} from all states`}
      description={whatHappens(action)}
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <DialogButtons
          onCancel={close}
          label={action.verb === 'force' ? `Force to ${to}` : 'Remove'}
          tone="danger"
          operation={action.verb === 'force' ? 'transitions.forceMany' : 'users.remove'}
          refusal={why.refusal ?? guard.refusal ?? (unseen ? LOOKING : null)}
          onConfirm={start}
        />
      }
    >
      {action.verb === 'force' && (
        <fieldset className={styles.states}>
          <legend>To</legend>
          {STATES.map((state) => (
            <label key={state}>
              <input type="radio" name="to" checked={state === to} onChange={() => setTo(state)} />
              <StateName state={state} />
            </label>
          ))}
        </fieldset>
      )}
      {why.field}
      {guard.field}
      {preview.isPending && <p role="status">{LOOKING}</p>}
      {preview.error && <p className={styles.fault}>{describeFault(preview.error)}</p>}
      {preview.data && <ActionPreview {...preview.data} size={size} />}
    </Modal>
  );
}

function whatHappens(action: UserAction): string {
  const from = fromOf(action);
  const leftOut = from && `Whoever has left ${from} by then is left out.`;
  const trail = 'It is written to the audit trail with your name and reason.';
  const done =
    action.verb === 'force'
      ? `Puts them there${from ? ', legal or not' : ' whatever state they are in'}.`
      : 'Takes them out of every state and forgets them. Partners go back to the queue.';
  return [done, leftOut, trail].filter(Boolean).join(' ');
}

function whom({ choice }: UserAction): string {
  if (choice.kind === 'all') {
    return `all ${formatThings(choice.count, 'user')}${choice.state === null ? '' : ` in ${choice.state}`}`;
  }
  return choice.users.length === 1 ? (choice.users[0] ?? '') : formatThings(choice.users.length, 'user');
}
