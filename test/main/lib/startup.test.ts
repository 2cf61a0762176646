import { expect, it } from 'vitest';
import { Startup } from '../../../src/main/lib/startup';

it('notes each step of a start once, in whole milliseconds', () => {
  let now = 120.4;
  const startup = new Startup(() => now);
  startup.note('loaded');
  now = 300.6;
  startup.note('picture');
  now = 900;
  startup.note('picture');
  expect(startup.times).toEqual({ loaded: 120, picture: 301 });
});
