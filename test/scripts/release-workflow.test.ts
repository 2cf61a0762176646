import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = resolve(import.meta.dirname, '../..');
const step = z.object({ run: z.string().optional(), uses: z.string().optional() });
const job = z.object({
  needs: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  strategy: z.object({ matrix: z.object({ include: z.array(z.record(z.string(), z.string())) }) }).optional(),
  steps: z.array(step),
});
const workflow = z
  .object({ permissions: z.record(z.string(), z.string()), jobs: z.record(z.string(), job) })
  .parse(parse(readFileSync(resolve(ROOT, '.github/workflows/release.yml'), 'utf8')));
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')));

const commands = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

describe('the release workflow', () => {
  it('runs everything before it packages, and packages before it drafts', () => {
    const { check, package: packaging, draft } = workflow.jobs;
    expect(check?.steps.map(({ run }) => run)).toContain('.ci/run');
    expect([packaging?.needs, draft?.needs]).toEqual(['check', 'package']);
  });

  it('packages for each platform by flags that the packager knows', () => {
    const platforms = workflow.jobs['package']?.strategy?.matrix.include.map(
      ({ platform }) => `--${platform}`,
    );
    expect(platforms).toEqual(['--linux', '--mac', '--windows']);
    const packager = readFileSync(resolve(ROOT, 'scripts/package.mjs'), 'utf8');
    for (const flag of platforms ?? []) expect(packager).toContain(`'${flag}'`);
  });

  it('calls only scripts that there are', () => {
    const called = commands.flatMap((command) =>
      [...command.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name),
    );
    expect(called.length).toBeGreaterThan(1);
    for (const name of called) expect(Object.keys(scripts)).toContain(name);
  });

  it('may write only where it drafts the release, and publishes nothing', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const writing = Object.entries(workflow.jobs).filter(([, { permissions }]) => permissions !== undefined);
    expect(writing.map(([name]) => name)).toEqual(['draft']);
    expect(commands.find((command) => command.includes('release create'))).toContain('--draft');
  });
});
