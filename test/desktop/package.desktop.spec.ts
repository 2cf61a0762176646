import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { build } from 'electron-builder';
import config from '../../electron-builder.config.mjs';
import { LINK_SCHEME } from '../../src/main/desktop/deep-links';
import { SCENARIO_EXTENSION } from '../../src/main/desktop/scenario-files';
import { writeNotices } from '../../scripts/notices.mjs';
import { createFakeRuntime } from '../support/fake-runtime';

const ROOT = join(import.meta.dirname, '../..');

test.describe('the package', () => {
  // The packager is real, and validates the configuration; the runtime that it packs is pretended.
  test.skip(process.platform !== 'linux', 'the pretended runtime is one for Linux');

  let output: string;
  let runtime: string;
  let asar: string;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    const { version } = JSON.parse(
      readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8'),
    ) as {
      version: string;
    };
    writeNotices();
    output = mkdtempSync(join(tmpdir(), 'switchboard-package-'));
    runtime = await createFakeRuntime(version);
    await build({
      projectDir: ROOT,
      linux: [],
      x64: true,
      dir: true,
      publish: 'never',
      config: { ...config, electronDist: runtime, directories: { ...config.directories, output } },
    });
    asar = join(output, 'linux-unpacked/resources/app.asar');
  });
  test.afterAll(() => {
    for (const folder of [output, runtime]) rmSync(folder, { recursive: true, force: true });
  });

  test('holds the bundles and what they need, and no sources, tests or documents', () => {
    const files = listPackage(asar, { isPack: false });
    for (const needed of [
      '/out/main/index.js',
      '/out/preload/preload.cjs',
      '/out/renderer/index.html',
      '/node_modules/ioredis/package.json',
    ])
      expect(files).toContain(needed);
    const folders = new Set(files.map((file) => file.split('/')[1]));
    for (const unwanted of ['src', 'test', 'docs', 'scripts', '.git', '.cache', 'dist'])
      expect(folders).not.toContain(unwanted);
    expect(files.filter((file) => /^\/node_modules\/(electron|react|vite|typescript)\//.test(file))).toEqual(
      [],
    );
    const manifest = JSON.parse(extractFile(asar, 'package.json').toString()) as { main: string };
    expect(manifest.main).toBe('out/main/index.js');
  });

  test('has the licences of everything in it beside the executable', () => {
    const notices = readFileSync(join(output, 'linux-unpacked/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const shipped = listPackage(asar, { isPack: false })
      .map((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(file)?.[1])
      .filter((name) => name !== undefined);
    expect(shipped.length).toBeGreaterThan(20);
    expect(shipped.filter((name) => !notices.includes(`${name}@`))).toEqual([]);
    // What is bundled into the page stands in no folder of its own.
    for (const name of ['react', 'recharts', 'zustand']) expect(notices).toContain(`\n${name}@`);
    for (const file of ['LICENSE.switchboard.txt', 'LICENSE.electron.txt', 'LICENSES.chromium.html'])
      expect(existsSync(join(output, 'linux-unpacked', file)), file).toBe(true);
  });

  test('opens links and scenario files by what it tells the system', () => {
    expect(config.protocols).toMatchObject([{ schemes: [LINK_SCHEME] }]);
    expect(config.fileAssociations).toMatchObject([{ ext: SCENARIO_EXTENSION.slice(1) }]);
  });

  test('never looks for updates, unless it was built with a feed', () => {
    expect(existsSync(join(output, 'linux-unpacked/resources/app-update.yml'))).toBe(false);
    expect(config.publish).toBeNull();
    const script =
      'console.log(JSON.stringify((await import("./electron-builder.config.mjs")).default.publish))';
    const withFeed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: ROOT,
      env: { ...process.env, SWITCHBOARD_UPDATE_URL: 'https://updates.example/switchboard' },
      encoding: 'utf8',
    });
    expect(JSON.parse(withFeed)).toEqual({
      provider: 'generic',
      url: 'https://updates.example/switchboard',
    });
  });

  test('is stamped with the version of the sources and the time of their commit', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const packed = JSON.parse(extractFile(asar, 'package.json').toString()) as { version: string };
    expect(packed.version).toBe(version);
    const script =
      'await import("./electron-builder.config.mjs"); console.log(process.env.SOURCE_DATE_EPOCH)';
    const { SOURCE_DATE_EPOCH: _, ...env } = process.env;
    const stamp = () =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: ROOT,
        env,
        encoding: 'utf8',
      }).trim();
    expect(stamp()).toMatch(/^\d+$/);
    expect(stamp()).toBe(stamp());
    // Without git, or in a copy of the sources without its history, there is no commit to ask.
    const commit = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' });
    if (commit.status === 0) expect(stamp()).toBe(commit.stdout.trim());
  });

  test('has its fuses set', async () => {
    const wire = await getCurrentFuseWire(join(output, 'linux-unpacked/switchboard'));
    const state = Object.fromEntries(
      Object.entries(FuseV1Options)
        .filter(([, index]) => typeof index === 'number')
        .map(([name, index]) => [name, wire[index as FuseV1Options] === FuseState.ENABLE]),
    );
    // Left as Electron has it: it decides how the bounds of WebAssembly are checked, not whether.
    const { WasmTrapHandlers: _, ...decided } = state;
    // Exactly these: a fuse that is new in Electron has to be decided on.
    expect(decided).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  });
});
