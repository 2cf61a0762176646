import { ChevronDown, Settings2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useLocation } from 'wouter';
import { showConnection } from '../../commands/connection-commands';
import { Menu } from '../../components/menu';
import menu from '../../components/menu.module.css';
import { useOperation } from '../../hooks/use-operation';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './top-bar.module.css';

/** Which deployment is shown, in its colour, and the way to every other one. */
export function ConnectionMenu() {
  const deployment = useLive(({ session }) => session?.deployment ?? null);
  const wanted = useUi((state) => state.connection);
  if (!deployment) return null;
  const { name, environment, address, readOnly, connection } = deployment;
  const words = `${name}, ${environment}${readOnly ? ', read-only' : ''}, at ${address}`;
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className={`${styles.chip} ${styles.opens}`}
          data-environment={environment}
          aria-label={`Connection: ${words}`}
          title={words}
        >
          <span className={styles.dot} aria-hidden />
          <span className={styles.name}>{name}</span>
          {environment !== name && <span className={styles.environment}>{environment}</span>}
          {readOnly && <span>read-only</span>}
          {wanted !== connection && <span>· opening…</span>}
          <ChevronDown size={13} aria-hidden />
        </button>
      }
    >
      <Connections current={connection} />
    </Menu>
  );
}

/** Read when the menu opens, so that a file that was edited meanwhile counts. */
function Connections({ current }: { current: string }) {
  const { data } = useOperation('connections.list', {});
  const [, navigate] = useLocation();
  return (
    <>
      <DropdownMenu.RadioGroup value={current} onValueChange={showConnection}>
        {data?.connections.map(({ id, name, environment, readOnly }) => (
          <DropdownMenu.RadioItem key={id} className={menu.item} value={id}>
            <span className={styles.dot} data-environment={environment} aria-hidden />
            <span className={styles.entryName}>{name}</span>
            <span className={styles.faint}>
              {environment}
              {readOnly && ', read-only'}
            </span>
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
      <DropdownMenu.Separator className={styles.separator} />
      <DropdownMenu.Item
        className={menu.item}
        onSelect={() => {
          navigate('/connections');
        }}
      >
        <Settings2 size={13} aria-hidden />
        Connections…
      </DropdownMenu.Item>
    </>
  );
}
