import type { Wire } from '@shared/transport';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { currentPlace } from './hooks/use-hash-location';
import { isOnScreen, SCREENS } from './screens';
import './styles/tokens.css';
import './styles/base.css';

/** Puts the console into the page. */
export function mount(wire: Wire): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no element with the id "root".');
  // Not only when the console knows whom it talks to: both take a while, and neither needs the other.
  SCREENS.find((screen) => isOnScreen(screen, currentPlace()))?.preload();
  createRoot(root).render(<App wire={wire} />);
}
