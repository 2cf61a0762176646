import styles from './shortcut.module.css';

const IS_MAC = /mac|iphone|ipad/i.test(navigator.userAgent);

const NAMES: Record<string, string> = {
  $mod: IS_MAC ? '⌘' : 'Ctrl',
  Shift: IS_MAC ? '⇧' : 'Shift',
  Escape: 'Esc',
  Enter: '↵',
};

/** `$mod+k` as the keys that a person presses: `Ctrl K`, `⌘ K`; a sequence keeps its order: `G then O`. */
export function shortcutKeys(shortcut: string): string[][] {
  return shortcut.split(' ').map((press) => {
    const keys = press.split('+').map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key));
    return keys.at(-1) === '?' ? ['?'] : keys;
  });
}

/** The keys of a shortcut, small, beside the thing they run. */
export function Shortcut({ keys }: { keys: string }) {
  return (
    <span className={styles.keys}>
      {shortcutKeys(keys).map((press, index) => (
        <span key={index}>
          {index > 0 && <span className={styles.then}>then </span>}
          {press.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
