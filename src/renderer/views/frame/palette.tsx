import { Command as Palette } from 'cmdk';
import { Dialog } from 'radix-ui';
import { type Command, refusalOf } from '../../commands/command';
import { COMMANDS } from '../../commands/list';
import { runCommand } from '../../commands/run';
import { Shortcut } from '../../components/shortcut';
import { useCommandContext, useSituation } from '../../hooks/use-command';
import { ui, useUi } from '../../store/ui';
import styles from './palette.module.css';

const GROUPS: readonly Command['group'][] = ['Go to', 'View', 'Connection', 'Simulator'];
const close = () => ui.setState({ paletteOpen: false });

/** Every command by name, from anywhere. */
export function CommandPalette() {
  const open = useUi((state) => state.paletteOpen);
  return (
    <Dialog.Root open={open} onOpenChange={(paletteOpen) => ui.setState({ paletteOpen })}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.shade} />
        <Dialog.Content className={styles.palette} aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">Find a user, run a command</Dialog.Title>
          <Palette label="Find a user, run a command" loop>
            <Palette.Input className={styles.input} placeholder="Type a command…" />
            <Palette.List className={styles.list}>
              <Palette.Empty className={styles.empty}>Nothing has that name.</Palette.Empty>
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
