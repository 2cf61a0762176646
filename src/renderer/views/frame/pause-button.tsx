import { Pause, Play } from 'lucide-react';
import { togglePause } from '../../commands/view-commands';
import { Button } from '../../components/button';
import { Tip } from '../../components/tip';
import { Shortcut } from '../../components/shortcut';
import { useCommand } from '../../hooks/use-command';
import { formatThings } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './pause-button.module.css';

/** Stops the picture for a closer look, and tells how much passed meanwhile. */
export function PauseButton() {
  const { label, run } = useCommand(togglePause);
  const paused = useUi((state) => state.pausedAt !== null);
  const passed = useLive((state) => state.passed);
  const Icon = paused ? Play : Pause;
  return (
    <Tip
      text={
        <>
          {label} {togglePause.shortcut && <Shortcut keys={togglePause.shortcut} />}
        </>
      }
    >
      <Button className={paused ? styles.paused : styles.live} onClick={run} aria-pressed={paused}>
        <Icon size={13} aria-hidden />
        {paused ? `Paused · ${formatThings(passed, 'move')} since` : 'Live'}
      </Button>
    </Tip>
  );
}
