import { BrowserWindow, screen } from 'electron';
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
}

type Options = Omit<ConsoleWindowOptions, 'place' | 'fullScreen'> & { places: WindowPlaces };

/** Windows beyond the first open a little beside the one before, as people expect. */
const STEP = 28;

const WALLBOARD = '/wallboard';

export function createConsoleWindows({ places, ...options }: Options): ConsoleWindows {
  const windows = new Set<BrowserWindow>();
  let wallboard: BrowserWindow | null = null;
  const addressOf = (place: string | undefined) =>
    place === undefined ? options.url : `${options.url}#${place}`;

  const open = (place?: string) => {
    const first = windows.size === 0;
    const left = places.find('console');
    const shifted = left && { ...left, x: left.x + STEP * windows.size, y: left.y + STEP * windows.size };
    const window = openConsoleWindow({
      ...options,
      url: addressOf(place),
      ...(shifted && { place: shifted }),
    });
    if (first) places.follow('console', window);
    windows.add(window);
    window.once('closed', () => windows.delete(window));
  };

  return {
    open,
    show(place) {
      const focused = BrowserWindow.getFocusedWindow();
      const window = focused && windows.has(focused) ? focused : [...windows].at(-1);
      if (!window) return open(place);
      bringToFront(window);
      // Only the part after # changes: the page stays, and goes there itself.
      if (place !== undefined) void window.loadURL(addressOf(place));
    },
    showWallboard() {
      if (wallboard) return bringToFront(wallboard);
      const place = places.find('wallboard') ?? placeOnSecondScreen();
      wallboard = openConsoleWindow({
        ...options,
        title: 'Switchboard: wallboard',
        url: addressOf(WALLBOARD),
        fullScreen: true,
        ...(place && { place }),
      });
      places.follow('wallboard', wallboard);
      wallboard.once('closed', () => (wallboard = null));
    },
  };
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
