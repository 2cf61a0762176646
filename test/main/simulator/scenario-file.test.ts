import { describe, expect, it } from 'vitest';
import { SwitchboardError } from '@shared/errors';
import { readyScenario, SCENARIO_NAMES, scenarioText } from '../../../src/main/simulator/library';
import { scenarioJsonSchema } from '../../../src/main/simulator/scenario';
import { parseScenario, type ScenarioFault } from '../../../src/main/simulator/scenario-file';

const GOOD = `name: mine
title: Mine
people: 10
arrivals: { pattern: steady }
mix:
  - { persona: casual-browser, share: 1 }
`;

function faultsOf(text: string): ScenarioFault[] {
  try {
    parseScenario(text, 'mine.yaml');
  } catch (fault) {
    if (fault instanceof SwitchboardError) return fault.details['faults'] as ScenarioFault[];
    throw fault;
  }
  return [];
}

describe('scenario files', () => {
  it('are read with their defaults', () => {
    expect(parseScenario(GOOD)).toMatchObject({
      name: 'mine',
      matchers: 1,
      faults: [],
      expect: 'promises-hold',
    });
  });

  it('may be JSON', () => {
    expect(parseScenario(JSON.stringify(parseScenario(GOOD)))).toMatchObject({ name: 'mine' });
  });

  it.each<[string, string, number, string]>([
    ['a wrong number', GOOD.replace('people: 10', 'people: 1'), 3, 'people'],
    ['an unknown persona', GOOD.replace('casual-browser', 'casual'), 6, 'mix.0.persona'],
    ['an unknown field', `${GOOD}colour: red\n`, 7, 'colour'],
    ['a missing field', GOOD.replace('people: 10\n', ''), 1, 'people'],
    ['a bad length of time', `${GOOD}duration: soon\n`, 7, 'duration'],
    ['a fault without a share', `${GOOD}faults:\n  - { do: kill-clients, at: 1s }\n`, 8, 'faults.0.share'],
    ['broken YAML', `${GOOD}people: [1\n`, 8, ''],
  ])('point at the line of %s', (_what, text, line, field) => {
    expect(faultsOf(text)).toContainEqual(expect.objectContaining({ line, field }));
  });

  it('report several faults at once', () => {
    expect(faultsOf(GOOD.replace('people: 10', 'people: 1').replace('share: 1', 'share: 0')).length).toBe(2);
  });
});

describe('the ready scenarios', () => {
  it('are at least eight', () => {
    expect(SCENARIO_NAMES.length).toBeGreaterThanOrEqual(8);
  });

  it.each(SCENARIO_NAMES)('are valid and named by their file: %s', (name) => {
    expect(readyScenario(name)).toMatchObject({ name });
    expect(scenarioText(name)).toContain('title:');
  });

  it('have a schema for editors that knows their fields', () => {
    const schema = JSON.stringify(scenarioJsonSchema());
    for (const field of ['people', 'arrivals', 'mix', 'faults', 'targets', 'kill-clients', 'quick-skipper'])
      expect(schema).toContain(`"${field}"`);
  });

  it('are named when one is asked for that is not there', () => {
    expect(() => readyScenario('rush')).toThrow(/rush-hour/);
    expect(() => readyScenario('constructor')).toThrow(SwitchboardError);
  });
});
