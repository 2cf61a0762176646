import { describe, expect, it } from 'vitest';
import { placeOnScreens } from '../../../src/main/desktop/place-on-screens';

const LEFT = { x: 0, y: 0, width: 1920, height: 1080 };
const RIGHT = { x: 1920, y: 0, width: 1280, height: 720 };
const size = { width: 1100, height: 700 };

describe('a window that was left somewhere', () => {
  it.each([
    ['on the first screen', { x: 120, y: 90, ...size }],
    ['on the second one', { x: 2000, y: 10, ...size }],
    ['across both', { x: 1500, y: 90, ...size }],
    ['half off the edge', { x: -900, y: 90, ...size }],
    ['with only its top to be seen', { x: 100, y: 1030, ...size }],
  ])('opens there: %s', (_where, place) => {
    expect(placeOnScreens(place, [LEFT, RIGHT])).toEqual(place);
  });

  it('comes onto the nearest screen when its own is gone, as large as it was', () => {
    expect(placeOnScreens({ x: 2000, y: 10, ...size }, [LEFT])).toEqual({ x: 820, y: 10, ...size });
    const above = { ...LEFT, y: -1080 };
    expect(placeOnScreens({ x: 100, y: -5_000, ...size }, [LEFT, above])).toEqual({
      ...size,
      x: 100,
      y: -1080,
    });
  });

  it('comes where its top can be taken hold of', () => {
    expect(placeOnScreens({ x: 100, y: -300, ...size }, [LEFT, RIGHT])).toMatchObject({ x: 100, y: 0 });
    expect(placeOnScreens({ x: 100, y: 1070, ...size }, [LEFT, RIGHT])).toMatchObject({ x: 100, y: 380 });
    expect(placeOnScreens({ x: -1050, y: 50, ...size }, [LEFT, RIGHT])).toMatchObject({ x: 0, y: 50 });
  });

  it('is no larger than the screen that it comes onto', () => {
    const huge = { x: 9_000, y: 9_000, width: 3_000, height: 2_000 };
    expect(placeOnScreens(huge, [LEFT, RIGHT])).toEqual(RIGHT);
  });
});
