import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { STARTUP_STEPS, type StartupTimes } from '../../src/main/lib/startup';
import { type DesktopRun, launchDesktop } from './launch';

const MAIN = join(import.meta.dirname, '../../out/main/index.js');

/** What is loaded before there is a window, and why the first picture cannot do without. */
const NEEDED: Readonly<Record<string, string>> = {
  electron: 'the window',
  ioredis: 'the numbers in it',
  pino: 'the log of what goes wrong on the way',
  zod: 'the checks of flags and of every message',
  yaml: 'the scenario that the sandbox begins with',
  'env-paths': 'where the connections are kept',
  'write-file-atomic': 'keeping them',
};

/** The packages that a built file imports before its first line runs, with those of the files that it imports. */
function loadedAtOnce(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  // The bundler writes each static import at the beginning of a line; `import(…)` is loaded when it is called.
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\b(?!\()[^;'"]*?["']([^"']+)["']/gm,
  )) {
    if (name.startsWith('.'))
      for (const each of loadedAtOnce(join(dirname(file), name), seen)) packages.add(each);
    else if (!name.startsWith('node:')) packages.add(name);
  }
  return packages;
}

test('the main bundle loads nothing that the first picture does not need', () => {
  const loaded = [...loadedAtOnce(MAIN)].filter((name) => name !== 'path').sort();
  expect(loaded).toEqual(Object.keys(NEEDED).sort());
});

test('a start tells how long its steps took, in order', async () => {
  let run: DesktopRun | null = null;
  try {
    run = await launchDesktop({ args: ['--no-simulate'], env: { SWITCHBOARD_LOG: 'info' } });
    const { output } = run;
    await expect.poll(output, { timeout: 20_000 }).toContain('Switchboard ready');
    const line = output()
      .split('\n')
      .find((each) => each.includes('"startup":'));
    const { startup } = JSON.parse(line ?? '{}') as { startup: StartupTimes };
    expect(Object.keys(startup).sort()).toEqual([...STARTUP_STEPS].sort());
    const { loaded = 0, core = 0, runtime = 0, window = 0, picture = 0 } = startup;
    expect(loaded).toBeGreaterThan(0);
    expect(core).toBeGreaterThanOrEqual(loaded);
    expect(window).toBeGreaterThanOrEqual(Math.max(core, runtime));
    expect(picture).toBeGreaterThan(window);
  } finally {
    await run?.dispose();
  }
});
