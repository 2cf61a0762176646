import { describe, expect, it } from 'vitest';
import { EDITABLE_FIELDS, fieldText, isEditable, readFieldText } from '../../src/renderer/metadata-text';

describe('metadata as it is typed', () => {
  it.each([
    ['lastIP', '192.0.2.7', '192.0.2.7'],
    ['userAgent', '{"not":"json for this field"}', '{"not":"json for this field"}'],
    ['totalMatches', '12', 12],
    ['isActive', 'false', false],
    ['gracePeriod', 'true', true],
    ['debugInfo', '{"level":3}', { level: 3 }],
    ['lastAction', 'skip', 'skip'],
    ['shoeSize', '43', '43'],
  ])('%s takes %s', (field, text, value) => {
    expect(readFieldText(field, text)).toEqual({ value });
  });

  it.each([
    ['totalMatches', 'many'],
    ['totalMatches', '-1'],
    ['isActive', 'perhaps'],
    ['lastAction', 'dance'],
    ['debugInfo', '[1]'],
  ])('%s refuses %s in words', (field, text) => {
    expect(readFieldText(field, text)).toHaveProperty('fault');
  });

  it('leaves what follows from moves to moves', () => {
    expect(EDITABLE_FIELDS).not.toContain('state');
    expect(isEditable('matchedWith')).toBe(false);
    expect(isEditable('lastIP')).toBe(true);
  });

  it('shows what stands in the hash', () => {
    expect([fieldText('text'), fieldText(12), fieldText({ a: 1 }), fieldText(undefined)]).toEqual([
      'text',
      '12',
      '{"a":1}',
      '',
    ]);
  });
});
