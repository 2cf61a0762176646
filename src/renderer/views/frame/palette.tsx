import { Command as Palette } from 'cmdk';
import { User } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useCallback, useDeferredValue, useEffect, useState } from 'react';
import { type Command, refusalOf } from '../../commands/command';
import { COMMANDS } from '../../commands/list';
import { runCommand } from '../../commands/run';
import { giveFocusBack, rememberFocus } from '../../components/focus-return';
import { useOpenDialog } from '../../components/open-dialogs';
import { StateName } from '../../components/state-name';
import { userPath } from '../../components/user-link';
import { useOperation } from '../../hooks/use-operation';
import { Shortcut } from '../../components/shortcut';
import { useCommandContext, useSituation } from '../../hooks/use-command';
import { ui, useUi } from '../../store/ui';
import styles from './palette.module.css';

const GROUPS: readonly Command['group'][] = ['Go to', 'User', 'View', 'Alarm', 'Connection', 'Simulator'];
const close = () => ui.setState({ paletteOpen: false });

/** Every command by name, from anywhere. */
export function CommandPalette() {
  const open = useUi((state) => state.paletteOpen);
  const [text, setText] = useState('');
  const [selected, setSelected] = useState('');
  // Users arrive after the list was searched: where no command is selected, Enter means the first of them, also when
  // the one who was first before is not found any more.
  const offer = useCallback(
    (value: string) => setSelected((now) => (now === '' || now.startsWith('user ') ? value : now)),
    [],
  );
  const change = (paletteOpen: boolean) => {
    setText('');
    ui.setState({ paletteOpen });
  };
  useOpenDialog(open, () => change(false));
  return (
    <Dialog.Root open={open} onOpenChange={change}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.shade} />
        <Dialog.Content
          className={styles.palette}
          aria-describedby={undefined}
          onOpenAutoFocus={rememberFocus}
          onCloseAutoFocus={giveFocusBack}
        >
          <Dialog.Title className="visually-hidden">Find a user, run a command</Dialog.Title>
          <Palette
            label="Find a user, run a command"
            loop
            value={selected}
            onValueChange={(value?: string) => setSelected(value ?? '')}
          >
            <Palette.Input
              className={styles.input}
              placeholder="A user’s id, or a command…"
              value={text}
              onValueChange={setText}
            />
            <Palette.List className={styles.list}>
              <Palette.Empty className={styles.empty}>Nothing has that name.</Palette.Empty>
              <FoundUsers text={text} onFound={offer} />
              {GROUPS.map((group) => (
                <Group key={group} group={group} />
              ))}
            </Palette.List>
          </Palette>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const FOUND = 8;

/** Users whose id begins with what was typed; the list below stays as it is while they are looked up. */
function FoundUsers({ text, onFound }: { text: string; onFound: (value: string) => void }) {
  const pool = useUi((state) => state.pool);
  const { navigate } = useCommandContext();
  const wanted = useDeferredValue(text.trim());
  const { data } = useOperation(
    'users.find',
    { pool, text: wanted === '' ? ' ' : wanted, limit: FOUND },
    { enabled: wanted.length > 1 },
  );
  const first = wanted.length < 2 ? undefined : data?.users[0]?.user;
  useEffect(() => {
    if (first !== undefined) onFound(`user ${first}`);
  }, [first, onFound]);
  if (!data || wanted.length < 2 || data.users.length === 0) return null;
  return (
    <Palette.Group heading="Users" className={`${styles.group} ${styles.users}`} forceMount>
      {data.users.map(({ user, state }) => (
        <Palette.Item
          key={user}
          className={styles.item}
          value={`user ${user}`}
          forceMount
          onSelect={() => {
            close();
            navigate(userPath(user));
          }}
        >
          <User size={15} aria-hidden />
          <span className={styles.id}>{user}</span>
          <StateName state={state} />
        </Palette.Item>
      ))}
    </Palette.Group>
  );
}

function Group({ group }: { group: Command['group'] }) {
  return (
    <Palette.Group heading={group} className={styles.group}>
      {COMMANDS.filter((command) => command.group === group && command.id !== 'view.palette').map(
        (command) => (
          <Item key={command.id} command={command} />
        ),
      )}
    </Palette.Group>
  );
}

function Item({ command }: { command: Command }) {
  const situation = useSituation();
  const context = useCommandContext();
  const label = useUi((state) => command.label(state));
  const refusal = refusalOf(command, situation);
  const Icon = command.icon;
  return (
    <Palette.Item
      className={styles.item}
      value={`${command.id} ${label}`}
      keywords={command.keywords?.split(' ') ?? []}
      disabled={refusal !== null}
      onSelect={() => {
        close();
        void runCommand(command, situation, context);
      }}
    >
      <Icon size={15} aria-hidden />
      <span className={styles.label}>
        {label}
        {refusal && <span className={styles.refusal}> {refusal}</span>}
      </span>
      {command.shortcut && <Shortcut keys={command.shortcut} />}
    </Palette.Item>
  );
}
