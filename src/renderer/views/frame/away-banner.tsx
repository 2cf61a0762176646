import { CloudOff } from 'lucide-react';
import { retryConnection } from '../../commands/connection-commands';
import { CommandButton } from '../../components/button';
import { useNow } from '../../hooks/use-now';
import { formatAge, formatSecond } from '../../format';
import { staleness, useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import { describeRedis, describeWire } from './away';
import styles from './away-banner.module.css';

/** Says that the numbers are old, since when, what is being tried, and lets a person try at once. */
export function AwayBanner() {
  const stale = useLive(staleness);
  const opened = useLive(({ wire, health }) => wire.status !== 'connecting' || health !== null);
  return stale && opened ? <Banner stale={stale} /> : null;
}

function Banner({ stale }: { stale: 'console' | 'redis' }) {
  const wire = useLive((state) => state.wire);
  const health = useLive((state) => state.health);
  const receivedAt = useLive((state) => state.receivedAt);
  const zone = useUi((state) => state.zone);
  const now = useNow();
  const away =
    stale === 'console' || !health ? describeWire(wire, now, zone) : describeRedis(health, now, zone);
  return (
    <div className={styles.banner} role="alert">
      <CloudOff size={18} aria-hidden />
      <div className={styles.words}>
        <p className={styles.title}>{away.title}</p>
        <p aria-live="off">
          {away.trying}
          {receivedAt !== null &&
            ` · The numbers are from ${formatSecond(receivedAt, zone)}, ${formatAge(now - receivedAt)} old.`}
        </p>
        {away.cause && <p className={styles.cause}>{away.cause}</p>}
      </div>
      {away.canRetry && <CommandButton command={retryConnection} />}
    </div>
  );
}
