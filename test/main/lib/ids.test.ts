import { expect, it } from 'vitest';
import { newId } from '../../../src/main/lib/ids';

it('makes ids that are legal everywhere and never the same, also beyond the reserve of chance', () => {
  const ids = Array.from({ length: 1_000 }, newId);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{16}$/);
});
