import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { placeOfScenario, scenarioInArguments } from '../../../src/main/desktop/scenario-files';

const folder = mkdtempSync(join(tmpdir(), 'switchboard-scenario-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('a scenario file', () => {
  it('is found in a command line, from the folder in which that was typed', () => {
    expect(scenarioInArguments(['app', '--no-simulate', 'rush.switchboard'], '/home/ada')).toBe(
      '/home/ada/rush.switchboard',
    );
    expect(scenarioInArguments(['app', '/x/Rush.SWITCHBOARD'], '/home/ada')).toBe('/x/Rush.SWITCHBOARD');
    expect(scenarioInArguments(['app', '--file=x.switchboard', 'switchboard://user/a'], '/')).toBeNull();
  });

  it('leads to the simulator with its text, whatever is in it', () => {
    const text = 'name: “rush” & more\nload: 50 %\n# ?x=1';
    const place = placeOfScenario(file('rush.switchboard', text));
    const [path, query] = place.split('?');
    expect(path).toBe('/simulator');
    expect(new URLSearchParams(query).get('scenario')).toBe(text);
  });

  it('is refused when it is no such file, too large or not there', () => {
    expect(() => placeOfScenario(file('secret.txt', 'x'))).toThrow('not a scenario file');
    expect(() => placeOfScenario(file('large.switchboard', 'x'.repeat(70_000)))).toThrow('larger than');
    expect(() => placeOfScenario(join(folder, 'missing.switchboard'))).toThrow('ENOENT');
  });
});
