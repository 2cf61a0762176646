import { Link } from 'wouter';
import styles from './user-link.module.css';

/** Where one user's drawer is. */
export function userPath(user: string): string {
  return `/users/${encodeURIComponent(user)}`;
}

/** A user's id, one click away from everything about that user. */
export function UserLink({ user }: { user: string }) {
  return (
    <Link
      className={styles.link}
      href={userPath(user)}
      onClick={(event) => event.stopPropagation()}
      tabIndex={-1}
    >
      {user}
    </Link>
  );
}
