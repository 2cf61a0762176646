import type { Wire } from '@shared/transport';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import './styles/tokens.css';
import './styles/base.css';

/** Puts the console into the page. */
export function mount(wire: Wire): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no element with the id "root".');
  createRoot(root).render(<App wire={wire} />);
}
