import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionProfile } from '@shared/contract/connections';
import { ProfileFile } from '../../../src/main/connections/profile-file';

const profile = (id: string, change: object = {}) =>
  connectionProfile.parse({
    id,
    name: `The ${id}`,
    environment: 'staging',
    endpoint: { kind: 'tcp', host: 'cache.example', port: 6379 },
    ...change,
  });

describe('the file of the connections', () => {
  let folder: string;
  let file: ProfileFile;
  const text = () => readFileSync(file.path, 'utf8');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'switchboard-profiles-'));
    file = new ProfileFile(join(folder, 'deep', 'connections.json'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is empty before there is one', async () => {
    expect(await file.list()).toEqual({ profiles: [], faults: [] });
    await expect(file.get('eu')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps profiles in the order in which they were made, readable by its owner only', async () => {
    await file.save(profile('eu'));
    await file.save(profile('us'));
    await file.save(profile('eu', { name: 'Europe' }));
    expect((await file.list()).profiles.map(({ id, name }) => [id, name])).toEqual([
      ['eu', 'Europe'],
      ['us', 'The us'],
    ]);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
    expect(text()).toContain('\n  "profiles": [\n');
  });

  it('is safe by default: read-only, and for looking', () => {
    expect(profile('eu')).toMatchObject({
      readOnly: true,
      role: 'viewer',
      db: 0,
      tls: null,
      pool: 'default',
    });
  });

  it('loses none of many changes at once', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await Promise.all(ids.map((id) => file.save(profile(id))));
    expect((await file.list()).profiles.map(({ id }) => id)).toEqual(ids);
  });

  it('is told to be broken, with the line, and is never overwritten then', async () => {
    await file.save(profile('eu'));
    const broken = text().replace('"name"', 'name');
    writeFileSync(file.path, broken);
    expect((await file.list()).faults[0]).toMatch(
      /connections\.json, is not valid JSON.*Correct it in an editor/,
    );
    await expect(file.save(profile('us'))).rejects.toMatchObject({ code: 'profiles_unusable' });
    await expect(file.remove('eu')).rejects.toMatchObject({ code: 'profiles_unusable' });
    expect(text()).toBe(broken);
  });

  it('may hold what is no list of profiles at all, and keeps it', async () => {
    await file.save(profile('eu'));
    writeFileSync(file.path, '[1, 2]');
    expect((await file.list()).faults[0]).toMatch(/is not JSON of the form/);
    await expect(file.save(profile('us'))).rejects.toMatchObject({ code: 'profiles_unusable' });
    expect(text()).toBe('[1, 2]');
  });

  it('shows the good entries beside a wrong one, says what is wrong with it, and keeps it as it stands', async () => {
    await file.save(profile('eu'));
    const content = JSON.parse(text()) as { profiles: unknown[] };
    const wrong = { id: 'us', name: '', endpoint: { kind: 'tcp', host: 'a b', port: 0 }, note: 'mine' };
    writeFileSync(file.path, JSON.stringify({ ...content, profiles: [wrong, ...content.profiles], more: 1 }));
    const { profiles, faults } = await file.list();
    expect(profiles.map(({ id }) => id)).toEqual(['eu']);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/Connection 1 \("us"\) is not shown: .*name: give it a name.*endpoint\.port/);
    await file.save(profile('asia'));
    const after = JSON.parse(text()) as { profiles: unknown[]; more: number };
    expect(after.profiles[0]).toEqual(wrong);
    expect(after.more).toBe(1);
  });

  it('shows only the first of two entries of one id', async () => {
    writeFileSync(join(folder, 'twice.json'), JSON.stringify({ profiles: [profile('eu'), profile('eu')] }));
    const { profiles, faults } = await new ProfileFile(join(folder, 'twice.json')).list();
    expect(profiles).toHaveLength(1);
    expect(faults[0]).toMatch(/another one before it has the same id/);
  });

  it('forgets a profile, and says whether there was one', async () => {
    await file.save(profile('eu'));
    expect(await file.remove('eu')).toBe(true);
    expect(await file.remove('eu')).toBe(false);
    expect((await file.list()).profiles).toEqual([]);
  });

  it('says when its folder cannot be made, and what to do', async () => {
    writeFileSync(join(folder, 'deep'), 'a file where the folder should be');
    const { faults } = await file.list();
    expect(faults[0]).toMatch(/cannot be read \(ENOTDIR\)/);
  });

  it('refuses settings that contradict themselves', () => {
    const faultsOf = (change: object) =>
      connectionProfile
        .safeParse({ ...profile('eu'), ...change })
        .error?.issues.map(({ path }) => path.join('.'));
    expect(faultsOf({ id: 'start' })).toEqual(['id']);
    expect(faultsOf({ id: 'Eu 1' })).toEqual(['id']);
    const nodes = [{ host: 'a', port: 1 }];
    expect(faultsOf({ endpoint: { kind: 'cluster', nodes }, db: 2 })).toEqual(['db']);
    expect(faultsOf({ endpoint: { kind: 'socket', path: '/s' }, tls: {} })).toEqual(['tls']);
    expect(faultsOf({ tls: { certFile: '/c' } })).toEqual(['tls.keyFile']);
    expect(faultsOf({ endpoint: { kind: 'sentinel', primary: 'm', sentinels: [] } })).toEqual([
      'endpoint.sentinels',
    ]);
    expect(faultsOf({ password: 'x' })).toEqual(['']);
  });
});
