import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type BrowserWindow, type Rectangle, screen } from 'electron';

/** Where a window was left. */
export interface WindowPlace extends Rectangle {
  maximized: boolean;
}

/** How long a window must be at rest before its place is written (ms). */
const SETTLED_MS = 400;

/** Remembers where each kind of window was left, in one small file; without it windows open where the system puts them. */
export interface WindowPlaces {
  /** The place for a kind of window, if it was left on a screen that is still there. */
  find: (kind: string) => WindowPlace | undefined;
  /** Writes the place of a window down whenever it has come to rest, and when it closes. */
  follow: (kind: string, window: BrowserWindow) => void;
}

/** @param file where the places are kept; it may not exist yet */
export function openWindowPlaces(file: string): WindowPlaces {
  const places = read(file);

  const write = (kind: string, window: BrowserWindow) => {
    if (window.isDestroyed()) return;
    // What a maximised or full window goes back to, not the whole screen.
    places[kind] = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      // Whole or not at all: a power cut must not leave half a file.
      writeFileSync(`${file}.new`, JSON.stringify(places));
      renameSync(`${file}.new`, file);
    } catch {
      // A place that cannot be kept is forgotten: no reason to bother anybody.
    }
  };

  return {
    find(kind) {
      const place = places[kind];
      return place && isReachable(place) ? place : undefined;
    },
    follow(kind, window) {
      let timer: NodeJS.Timeout | undefined;
      const later = () => {
        clearTimeout(timer);
        timer = setTimeout(() => write(kind, window), SETTLED_MS);
      };
      window.on('resize', later);
      window.on('move', later);
      window.once('close', () => {
        clearTimeout(timer);
        write(kind, window);
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

/** Whether enough of the title bar is on some screen to take hold of the window. */
function isReachable({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const left = Math.max(x, workArea.x);
    const right = Math.min(x + width, workArea.x + workArea.width);
    return right - left >= 100 && y >= workArea.y && y <= workArea.y + workArea.height - 40;
  });
}
