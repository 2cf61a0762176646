import { describe, expect, it } from 'vitest';
import { userAt, userPath } from '../../../src/renderer/components/user-link';
import { isOnScreen, SCREENS } from '../../../src/renderer/screens';

const ODD = ['u_1', 'a b', 'a:b', '50%', '50%25', 'a/b?c#d', '..', 'new\nline', '用户', '🙂'];

describe('the place of a user', () => {
  it.each(ODD)('leads back to exactly the user %j, on the screen Users', (user) => {
    expect(userAt(userPath(user))).toBe(user);
    const on = (place: string) => SCREENS.filter((screen) => isOnScreen(screen, place));
    // The router hands out places that are decoded in part.
    for (const place of [userPath(user), decodeURI(userPath(user))])
      expect(on(place).map(({ path }) => path)).toEqual(['/users']);
  });

  it('is nobody’s elsewhere', () => {
    expect(userAt('/users')).toBeNull();
    expect(userAt('/users/')).toBeNull();
    expect(userAt('/audit/u_1')).toBeNull();
  });

  it('bears a lone percent sign, as somebody may type it', () => {
    expect(userAt('/users/50%')).toBe('50%');
  });
});
