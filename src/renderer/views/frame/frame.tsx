import { type ReactNode } from 'react';
import { AwayBanner } from './away-banner';
import { BottomBar } from './bottom-bar';
import styles from './frame.module.css';
import { Sidebar } from './sidebar';
import { TopBar } from './top-bar';

/** Everything around a screen. */
export function Frame({ children }: { children: ReactNode }) {
  return (
    <div className={styles.frame}>
      <TopBar />
      <Sidebar />
      <main className={styles.main} id="main" tabIndex={-1}>
        <AwayBanner />
        <div className={styles.screen}>{children}</div>
      </main>
      <BottomBar />
    </div>
  );
}
