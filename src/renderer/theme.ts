import { ui } from './store/ui';

/** Keeps the page's theme in step with the person's choice and the system's. Returns what ends it. */
export function startTheme(root: HTMLElement, system: MediaQueryList): () => void {
  const apply = () => {
    const { theme } = ui.getState();
    if (theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
  };
  const systemChanged = () => ui.setState({ systemDark: system.matches });
  systemChanged();
  apply();
  system.addEventListener('change', systemChanged);
  const stop = ui.subscribe(apply);
  return () => {
    stop();
    system.removeEventListener('change', systemChanged);
  };
}
