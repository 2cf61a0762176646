import { hrefOf } from '../hooks/use-hash-location';
import styles from './user-link.module.css';

/** Where one user's drawer is. */
export function userPath(user: string): string {
  return `/users/${encodeURIComponent(user)}`;
}

/** A user's id, one click away from everything about that user. A plain link: tables draw hundreds of them a second. */
export function UserLink({ user }: { user: string }) {
  return (
    <a
      className={styles.link}
      href={hrefOf(userPath(user))}
      onClick={(event) => event.stopPropagation()}
      tabIndex={-1}
    >
      {user}
    </a>
  );
}
