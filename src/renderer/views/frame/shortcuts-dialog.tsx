import { COMMANDS } from '../../commands/list';
import { Modal } from '../../components/modal';
import { Shortcut } from '../../components/shortcut';
import { ui, useUi } from '../../store/ui';
import styles from './shortcuts-dialog.module.css';

/** Every shortcut that there is. */
export function ShortcutsDialog() {
  const state = useUi((all) => all);
  return (
    <Modal
      title="Keyboard shortcuts"
      open={state.shortcutsOpen}
      onOpenChange={(shortcutsOpen) => ui.setState({ shortcutsOpen })}
    >
      <dl className={styles.list}>
        {COMMANDS.filter(({ shortcut }) => shortcut !== undefined).map((command) => (
          <div key={command.id}>
            <dt>{command.label(state)}</dt>
            <dd>
              <Shortcut keys={command.shortcut ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
