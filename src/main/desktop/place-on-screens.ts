import type { Rectangle } from 'electron';

/** How much of a window's top must be on a screen to take hold of it (pixels). */
const HANDLE = { width: 100, height: 40 };

/**
 * Where a window can be shown that was left somewhere: there, if its top can be taken hold of on one of the screens;
 * otherwise on the nearest screen, as large as fits.
 * @param screens what is free of each screen for windows; there is at least one
 */
export function placeOnScreens(place: Rectangle, screens: readonly Rectangle[]): Rectangle {
  if (screens.some((screen) => canBeHeld(place, screen))) return place;
  const [nearest = place] = screens.toSorted((one, other) => distance(place, one) - distance(place, other));
  const width = Math.min(place.width, nearest.width);
  const height = Math.min(place.height, nearest.height);
  return {
    x: between(nearest.x, place.x, nearest.x + nearest.width - width),
    y: between(nearest.y, place.y, nearest.y + nearest.height - height),
    width,
    height,
  };
}

function canBeHeld({ x, y, width }: Rectangle, screen: Rectangle): boolean {
  const shown = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
  return shown >= HANDLE.width && y >= screen.y && y <= screen.y + screen.height - HANDLE.height;
}

/** How far apart the middles are, squared. */
function distance(one: Rectangle, other: Rectangle): number {
  const across = one.x + one.width / 2 - (other.x + other.width / 2);
  const down = one.y + one.height / 2 - (other.y + other.height / 2);
  return across ** 2 + down ** 2;
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
