import { Command as Palette } from 'cmdk';
import { User } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useCallback, useState } from 'react';
import { type Command, refusalOf } from '../../commands/command';
import { COMMANDS } from '../../commands/list';
import { describeFault, runCommand } from '../../commands/run';
import { giveFocusBack, rememberFocus } from '../../components/focus-return';
import { useOpenLayer } from '../../components/open-layers';
import { StateName } from '../../components/state-name';
import { userPath } from '../../components/user-link';
import { sayNobodyFound } from '../../found-words';
import { useOperation } from '../../hooks/use-operation';
import { useSettled } from '../../hooks/use-settled';
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
  const keepOneSelected = useCallback((list: HTMLDivElement | null) => {
    if (!list) return;
    const observer = new MutationObserver(() => selectSomething(list, setSelected));
    observer.observe(list, { childList: true, subtree: true, attributeFilter: ['aria-selected'] });
    return () => observer.disconnect();
  }, []);
  const change = (paletteOpen: boolean) => {
    setText('');
    ui.setState({ paletteOpen });
  };
  useOpenLayer(open, () => change(false));
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
            <Palette.List ref={keepOneSelected} className={styles.list}>
              <FoundUsers text={text} />
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

/**
 * Selects the first entry where none is. The library loses the selection when several entries go away at once, as they
 * do while somebody types fast; users arrive only after the list was searched.
 */
function selectSomething(list: HTMLElement, select: (value: string) => void): void {
  if (list.querySelector('[role="option"][aria-selected="true"]')) return;
  const first = list.querySelector<HTMLElement>('[role="option"]:not([aria-disabled="true"])');
  if (first?.dataset['value']) select(first.dataset['value']);
}

const FOUND = 8;
const SHORTEST = 2;
/** A search reads through the whole pool: one for each letter would keep the last one waiting. */
const TYPING_MS = 120;

/** Users whose id begins with what was typed, and where neither they nor a command are there, that it is so. */
function FoundUsers({ text }: { text: string }) {
  const pool = useUi((state) => state.pool);
  const { navigate } = useCommandContext();
  const typed = text.trim();
  const wanted = useSettled(typed, TYPING_MS);
  const isLookedFor = typed.length >= SHORTEST;
  const isAsked = wanted.length >= SHORTEST;
  const { data, error, isPlaceholderData } = useOperation(
    'users.find',
    { pool, text: isAsked ? wanted : ' ', limit: FOUND },
    { enabled: isAsked, keepPrevious: true },
  );
  // Of those found for fewer letters, whoever still agrees shows at once.
  const agreeing = isLookedFor ? (data?.users ?? []).filter(({ user }) => user.startsWith(typed)) : [];
  // Whoever is in two states is found in each of them, and opened once.
  const users = new Map(agreeing.map((row) => [row.user, row]));
  if (users.size === 0) {
    const isFound = wanted === typed && data !== undefined && !isPlaceholderData;
    return (
      <Palette.Empty className={styles.empty} role="status">
        {!isLookedFor && 'No command has that name. Users are looked for from two letters on.'}
        {isLookedFor && error && `Users cannot be looked for: ${describeFault(error)}`}
        {isLookedFor && !error && (isFound ? sayNobodyFound(wanted, pool) : 'Looking for users…')}
      </Palette.Empty>
    );
  }
  return (
    <Palette.Group heading="Users" className={`${styles.group} ${styles.users}`} forceMount>
      {[...users.values()].map(({ user, state }) => (
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
