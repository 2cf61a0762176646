import styles from './corner.module.css';
import { Jobs } from './jobs';
import { Toasts } from './toasts';

/** What goes on and what has just happened, one above the other in the corner of the window. */
export function Corner() {
  return (
    <div className={styles.corner}>
      <Jobs />
      <Toasts />
    </div>
  );
}
