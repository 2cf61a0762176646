import { CircleCheck } from 'lucide-react';
import { Panel } from '../../components/panel';
import { formatMinute } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import { describeAttention } from './attention';
import styles from './attention-panel.module.css';

/** What wants a person's eye, worst first, each with since when. */
export function AttentionPanel() {
  const list = useLive(({ trends }) => trends?.attention ?? null);
  const zone = useUi((state) => state.zone);
  return (
    <Panel title="Needs attention" aside={list && list.length > 0 ? String(list.length) : undefined}>
      {list?.length === 0 && (
        <p className={styles.fine}>
          <CircleCheck size={20} aria-hidden />
          Nothing needs you. Stuck users, lost heartbeats and a missed service level would be listed here.
        </p>
      )}
      <ul className={styles.list}>
        {list?.map((item) => {
          const { title, detail } = describeAttention(item);
          return (
            <li key={item.kind}>
              <span className={styles.dot} data-severity={item.severity} aria-hidden />
              <div>
                <p className={styles.title}>
                  <span className="visually-hidden">{item.severity}: </span>
                  {title}
                </p>
                <p className={styles.detail}>
                  {[item.since !== null && `since ${formatMinute(item.since, zone)}`, detail]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
