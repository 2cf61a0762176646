import { describe, expect, it } from 'vitest';
import { encodeMetadataValue, METADATA_DEFAULTS, misfit, parseMetadata } from '@shared/metadata';

describe('parseMetadata', () => {
  it('reads strings as they are and other values as JSON', () => {
    const { values, unknown, unreadable } = parseMetadata({
      state: 'WAITING',
      lastHeartbeat: '1700000000000',
      isActive: 'true',
      averageCallDuration: '12.5',
      matchedWith: '42',
      lastAction: 'skip',
      debugInfo: '{"build":7}',
      gracePeriod: 'true',
    });
    expect(values).toEqual({
      state: 'WAITING',
      lastHeartbeat: 1_700_000_000_000,
      isActive: true,
      averageCallDuration: 12.5,
      matchedWith: '42',
      lastAction: 'skip',
      debugInfo: { build: 7 },
      gracePeriod: true,
    });
    expect(unknown).toEqual({});
    expect(unreadable).toEqual([]);
  });

  it('keeps fields of others as they stand, whatever they are called', () => {
    const strange = Object.fromEntries([
      ['premium', '1'],
      ['constructor', 'x'],
      ['__proto__', 'y'],
    ]);
    const { unknown, values } = parseMetadata(strange);
    expect(Object.entries(unknown)).toEqual(Object.entries(strange));
    expect(values).toEqual({});
  });

  it.each([
    ['state', 'SLEEPING'],
    ['lastHeartbeat', 'yesterday'],
    ['lastHeartbeat', '-5'],
    ['totalSkips', '1.5'],
    ['isActive', '1'],
    ['lastAction', 'dance'],
    ['totalMatches', ''],
  ])('reports %s = %j as unreadable and guesses nothing', (field, text) => {
    const { values, unreadable } = parseMetadata({ [field]: text });
    expect(values).toEqual({});
    expect(unreadable).toMatchObject([{ field, text }]);
    expect(unreadable[0]?.expected).not.toBe('');
  });

  it('reads back what it writes', () => {
    const hash = Object.fromEntries(
      Object.entries(METADATA_DEFAULTS).map(([field, value]) => [field, encodeMetadataValue(value)]),
    );
    expect(parseMetadata(hash).values).toEqual(METADATA_DEFAULTS);
  });
});

describe('misfit', () => {
  it('lets fields of others hold anything', () => expect(misfit('premium', [1, 'x'])).toBeNull());
  it('says why a value does not fit', () => expect(misfit('totalSkips', 'many')).toMatch(/number/));
});
