import { describe, expect, it } from 'vitest';
import { olderThan } from '../../../src/main/journal/entry';

describe('reading a stream backwards', () => {
  it.each([
    ['from the newest on', undefined, '+'],
    ['from the newest on', null, '+'],
    ['from before an entry', '1700000000000-3', '(1700000000000-3'],
    ['not at all from before the very first id, for which Redis cannot be asked', '0-0', '0-0'],
    ['nor from before the same id in more digits', '00-000', '0-0'],
  ])('begins %s (%s)', (_where, id, end) => {
    expect(olderThan(id)).toBe(end);
  });
});
