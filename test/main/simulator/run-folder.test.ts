import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/main/lib/log';
import { RunFolder } from '../../../src/main/simulator/run-folder';
import { runRecord as run, STARTED } from '../../support/run-record';

describe('the folder of runs', () => {
  let path: string;
  let parent: string;
  const open = () => new RunFolder(path, silentLogger);
  const idsOf = async (folder: RunFolder) => (await folder.list()).runs.map(({ id }) => id);
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'switchboard-runs-'));
    path = join(parent, 'deep', 'runs');
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is empty before there is one', async () => {
    expect(await open().list()).toEqual({ runs: [], faults: [] });
    expect(await open().get('any')).toBeNull();
  });

  it('gives everything back after a restart, the newest first, readable by its owner only', async () => {
    const before = open();
    for (const number of [2, 1, 3]) await before.keep(run(number));
    const after = open();
    expect((await after.list()).runs[0]).toEqual({
      ...{ id: 'run_3-', scenario: run(3).scenario, seed: 3, deployment: 'sandbox', pool: 'default' },
      ...{
        startedAt: STARTED + 3,
        elapsedMs: 5_000,
        passed: true,
        summary: 'Every promise held.',
        moves: 43,
      },
    });
    expect(await idsOf(after)).toEqual(['run_3-', 'run_2-', 'run_1-']);
    expect(await after.get('run_2-')).toEqual(run(2));
    for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
  });

  it('shows what another console has kept or deleted meanwhile', async () => {
    const [mine, other] = [open(), open()];
    await mine.keep(run(1));
    await other.keep(run(2));
    expect(await idsOf(mine)).toEqual(['run_2-', 'run_1-']);
    expect(await other.remove('run_1-')).toBe(true);
    expect([await idsOf(mine), await mine.get('run_1-'), await mine.remove('run_1-')]).toEqual([
      ['run_2-'],
      null,
      false,
    ]);
  });

  it('reads a run that was kept before strikes told apart whether they were done', async () => {
    await open().keep(run(1));
    const file = join(path, readdirSync(path)[0] ?? '');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"done":true,', ''));
    expect(await open().get('run_1-')).toEqual(run(1));
  });

  it('keeps a hundred, and gives the oldest up', async () => {
    const folder = open();
    for (let number = 0; number < 103; number += 1) await folder.keep(run(number));
    const ids = await idsOf(folder);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([100, 'run_102-', 'run_3-']);
    expect(readdirSync(path)).toHaveLength(100);
  });

  it('tells what it cannot read, shows the rest, and leaves it alone', async () => {
    const folder = open();
    await folder.keep(run(1));
    const [name = ''] = readdirSync(path);
    const whole = readFileSync(join(path, name), 'utf8');
    writeFileSync(join(path, '1790000000002-half.json'), whole.slice(0, 200));
    writeFileSync(join(path, '1790000000003-later.json'), whole.replace('"format":1', '"format":2'));
    writeFileSync(join(path, 'notes.txt'), 'mine');
    const { runs, faults } = await folder.list();
    expect(runs.map(({ id }) => id)).toEqual(['run_1-']);
    expect(faults).toEqual([
      expect.stringMatching(/later\.json is not shown: .*format/),
      expect.stringMatching(/half\.json is not shown: .*JSON/),
    ]);
    await expect(folder.get('half')).rejects.toMatchObject({ code: 'runs_unusable' });
    await folder.keep(run(2));
    expect(readdirSync(path)).toHaveLength(5);
    expect(await folder.get('../notes')).toBeNull();
  });

  it('does not fail a run that is over when it cannot be kept', async () => {
    writeFileSync(join(parent, 'deep'), 'a file where a folder should be');
    const folder = open();
    await expect(folder.keep(run(1))).resolves.toBeUndefined();
    expect((await folder.list()).faults).toEqual([expect.stringContaining('cannot be read (ENOTDIR)')]);
  });
});
