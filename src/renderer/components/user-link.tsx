import { hrefOf } from '../hooks/use-hash-location';
import styles from './user-link.module.css';

/** Where one user's drawer is. */
export function userPath(user: string): string {
  return `/users/${encodeURIComponent(user)}`;
}

/** Whose drawer is at a place, as it stands in the address; null where it is nobody's. */
export function userAt(place: string): string | null {
  const [, written] = /^\/users\/(.+)$/s.exec(place) ?? [];
  if (written === undefined) return null;
  try {
    return decodeURIComponent(written);
  } catch {
    // Typed by hand, with a lone percent sign.
    return written;
  }
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
