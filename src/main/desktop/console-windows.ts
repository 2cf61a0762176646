import { BrowserWindow, screen, type WebContents } from 'electron';
import { type ConsoleWindowOptions, openConsoleWindow } from './console-window';
import type { WindowPlace, WindowPlaces } from './window-places';

/** The windows of the console, all with the same page. */
export interface ConsoleWindows {
  /** Opens one more, at a place in the page if one is given. */
  open: (place?: string) => void;
  /** Brings the console before the person's eyes, opening a window where there is none, and goes to a place in it. */
  show: (place?: string) => void;
  /** Shows the wallboard on the whole of a screen: the second one, where there is one. */
  showWallboard: () => void;
  /** The page of a window shows this deployment from now on. */
  becomes: (contents: WebContents, deployment: string) => void;
}

interface Options extends Omit<ConsoleWindowOptions, 'place' | 'fullScreen'> {
  places: WindowPlaces;
  /** What every window shows first, by its lasting name. */
  deployment: string;
}

/** One window, and what its place is remembered by. */
interface Shown {
  window: BrowserWindow;
  kind: 'console' | 'wallboard';
  deployment: string;
  /** Its person has chosen another deployment in it, and so stays where the window is. */
  chosen: boolean;
}

/** Further windows of one deployment open a little beside the one before, as people expect. */
const STEP = 28;

const WALLBOARD = '/wallboard';

/** Opens windows where the last one of the same deployment and kind was left. */
export function createConsoleWindows({ places, deployment, ...options }: Options): ConsoleWindows {
  const shown = new Set<Shown>();
  const alike = ({ kind, deployment }: Pick<Shown, 'kind' | 'deployment'>) =>
    [...shown].filter((one) => one.kind === kind && one.deployment === deployment);
  const nameOf = ({ kind, deployment }: Pick<Shown, 'kind' | 'deployment'>) => `${kind} ${deployment}`;
  const addressOf = (place: string | undefined) =>
    place === undefined ? options.url : `${options.url}#${place}`;
  const consoles = () => [...shown].filter(({ kind }) => kind === 'console').map(({ window }) => window);

  const keep = (window: BrowserWindow, kind: Shown['kind']) => {
    const entry: Shown = { window, kind, deployment, chosen: false };
    shown.add(entry);
    window.once('closed', () => shown.delete(entry));
    // Of several that show the same, the first one's place is kept.
    places.follow(window, () => (alike(entry)[0] === entry ? nameOf(entry) : null));
  };

  const open = (place?: string) => {
    const kind = 'console';
    const left = places.find(nameOf({ kind, deployment }), STEP * alike({ kind, deployment }).length);
    keep(openConsoleWindow({ ...options, url: addressOf(place), ...(left && { place: left }) }), kind);
  };

  return {
    open,
    show(place) {
      const focused = BrowserWindow.getFocusedWindow();
      const window = focused && consoles().includes(focused) ? focused : consoles().at(-1);
      if (!window) return open(place);
      bringToFront(window);
      // Only the part after # changes: the page stays, and goes there itself.
      if (place !== undefined) void window.loadURL(addressOf(place));
    },
    showWallboard() {
      const kind = 'wallboard';
      const [there] = [...shown].filter((one) => one.kind === kind);
      if (there) return bringToFront(there.window);
      const place = places.find(nameOf({ kind, deployment })) ?? placeOnSecondScreen();
      const title = 'Switchboard: wallboard';
      const url = addressOf(WALLBOARD);
      keep(openConsoleWindow({ ...options, title, url, fullScreen: true, ...(place && { place }) }), kind);
    },
    becomes(contents, next) {
      const entry = [...shown].find(({ window }) => window.webContents === contents);
      if (!entry || entry.deployment === next) return;
      const left = places.find(
        nameOf({ ...entry, deployment: next }),
        STEP * alike({ ...entry, deployment: next }).length,
      );
      entry.deployment = next;
      if (left && !entry.chosen && entry.kind === 'console') putAt(entry.window, left);
      entry.chosen = true;
    },
  };
}

function putAt(window: BrowserWindow, { maximized, ...bounds }: WindowPlace): void {
  window.setBounds(bounds);
  if (maximized) window.maximize();
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function placeOnSecondScreen(): WindowPlace | undefined {
  const primary = screen.getPrimaryDisplay().id;
  const other = screen.getAllDisplays().find(({ id }) => id !== primary);
  return other && { ...other.workArea, maximized: false };
}
