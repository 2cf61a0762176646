import { describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from '../../../../src/main/simulator/scenario';
import {
  type JsonSchema,
  offersAt,
  placeAt,
} from '../../../../src/renderer/views/simulator/schema-completion';

const schema = scenarioJsonSchema() as JsonSchema;

/** What is offered where `|` stands. */
function offered(text: string): string[] {
  const at = text.indexOf('|');
  return offersAt(schema, placeAt(text.replace('|', ''), at)).map(({ label }) => label);
}

describe('completion in a scenario', () => {
  it.each<[string, string, string[]]>([
    ['a field of the whole', 'name: a\npe|', ['people', 'faults']],
    ['a field after a list', 'mix:\n  - { persona: impatient, share: 1 }\n|', ['targets', 'people']],
    ['a field between braces', 'arrivals: { |', ['pattern', 'within']],
    ['a second field between braces', 'faults:\n  - { do: kill-clients, |', ['at', 'share']],
    ['a field of an entry in lines', 'mix:\n  - persona: impatient\n    |', ['share', 'but']],
    ['a field further in', 'mix:\n  - persona: impatient\n    but:\n      ta|', ['talk', 'patience']],
    ['a field of braces in braces', 'mix: [{ persona: impatient, but: { |', ['talk', 'rounds']],
    ['the value of a field', 'mix:\n  - { persona: |', ['quick-skipper', 'hostile']],
    ['the value of a field in lines', 'arrivals:\n  pattern: |', ['steady', 'rush', 'trace']],
    ['what a fault does', 'faults:\n- do: ki|', ['kill-clients', 'kill-server']],
    ['what is expected', 'expect: |', ['promises-hold', 'two-states']],
  ])('offers %s', (_what, text, labels) => {
    expect(offered(text)).toEqual(expect.arrayContaining(labels));
  });

  it('offers no fields of elsewhere', () => {
    expect(offered('arrivals: { |')).not.toContain('people');
    expect(offered('mix:\n  - persona: impatient\n|')).not.toContain('share');
  });

  it('replaces the word that was begun', () => {
    expect(placeAt('people: 4\ndur', 13)).toEqual({ path: [], kind: 'key', from: 10 });
  });

  it('takes no notice of comments and quotes', () => {
    expect(placeAt('# { not open\nname: "a { b"\n', 27)).toMatchObject({ path: [], kind: 'key' });
  });
});
