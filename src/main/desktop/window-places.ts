import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import { placeOnScreens } from './place-on-screens';

/** Where a window was left. */
export interface WindowPlace extends Rectangle {
  maximized: boolean;
}

/** How long a window must be at rest before its place is written (ms). */
const SETTLED_MS = 400;

/** Remembers where windows were left, in one small file; without it they open where the system puts them. */
export interface WindowPlaces {
  /**
   * Where the window of a name was left, brought onto a screen that is there.
   * @param aside how far beside that, for one more window (pixels)
   */
  find: (name: string, aside?: number) => WindowPlace | undefined;
  /**
   * Writes the place of a window down whenever it has come to rest, and when it closes.
   * @param nameOf what it is remembered by at that moment; null for not at all
   */
  follow: (window: BrowserWindow, nameOf: () => string | null) => void;
}

/** @param file where the places are kept; it may not exist yet */
export function openWindowPlaces(file: string): WindowPlaces {
  const places = read(file);

  const write = (name: string | null, window: BrowserWindow) => {
    if (name === null || window.isDestroyed()) return;
    // What a maximised or full window goes back to, not the whole screen.
    places[name] = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      // Whole or not at all: a power cut must not leave half a file.
      writeFileSync(`${file}.new`, JSON.stringify(places));
      renameSync(`${file}.new`, file);
    } catch {
      // A place that cannot be kept is forgotten: no reason to bother anybody.
    }
  };

  return {
    find(name, aside = 0) {
      const place = places[name];
      if (!place) return undefined;
      const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
      const wanted = { ...place, x: place.x + aside, y: place.y + aside };
      return { ...placeOnScreens(wanted, screens), maximized: place.maximized };
    },
    follow(window, nameOf) {
      let timer: NodeJS.Timeout | undefined;
      const later = () => {
        clearTimeout(timer);
        timer = setTimeout(() => write(nameOf(), window), SETTLED_MS);
      };
      window.on('resize', later);
      window.on('move', later);
      window.once('close', () => {
        clearTimeout(timer);
        write(nameOf(), window);
      });
    },
  };
}

/** The places in a file; one that is missing or damaged counts as empty. */
function read(file: string): Record<string, WindowPlace> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, WindowPlace] => isPlace(entry[1])),
    );
  } catch {
    return {};
  }
}

function isPlace(value: unknown): value is WindowPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { x, y, width, height, maximized } = value as Partial<WindowPlace>;
  return [x, y, width, height].every(Number.isInteger) && typeof maximized === 'boolean';
}
