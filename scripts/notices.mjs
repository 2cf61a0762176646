import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Writes THIRD-PARTY-NOTICES.txt: the licence of every package that the application is shipped with, which are the
 * dependencies of package.json and what the page imports (bundled into it), with all that these depend on.
 */
const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'THIRD-PARTY-NOTICES.txt');

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** The folder of a package as seen from another one, or null for one that is not installed (optional). */
function folderOf(name, from) {
  for (const base of createRequire(join(from, 'package.json')).resolve.paths(`${name}/package.json`) ?? []) {
    const folder = join(base, name);
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return null;
}

/** The packages that the sources of the page import. */
function importedByPage() {
  const files = readdirSync(join(ROOT, 'src/renderer'), { recursive: true, encoding: 'utf8' });
  const names = new Set();
  for (const file of files.filter((name) => /\.tsx?$/.test(name))) {
    const text = readFileSync(join(ROOT, 'src/renderer', file), 'utf8');
    for (const [, name] of text.matchAll(/from '((?:@[a-z][^/']*\/)?[a-z][^/']*)/g)) names.add(name);
  }
  return names;
}

/** Every package reachable from some names, by name and version. */
export function collectPackages(roots) {
  const found = new Map();
  const add = (name, from) => {
    const folder = folderOf(name, from);
    if (!folder) return;
    const manifest = readJson(join(folder, 'package.json'));
    const key = `${manifest.name}@${manifest.version}`;
    if (found.has(key)) return;
    found.set(key, { folder, license: licenseOf(manifest) });
    for (const dependency of Object.keys(manifest.dependencies ?? {})) add(dependency, folder);
  };
  for (const root of roots) add(root, ROOT);
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b, 'en')));
}

function licenseOf({ license, licenses }) {
  return typeof license === 'string'
    ? license
    : (license?.type ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'unknown');
}

function licenseText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file ? readFileSync(join(folder, file), 'utf8').trim() : '(The package brings no licence text.)';
}

/** @returns how many packages are named */
export function writeNotices() {
  const { dependencies } = readJson(join(ROOT, 'package.json'));
  const packages = collectPackages([...Object.keys(dependencies), ...importedByPage()]);
  const parts = [...packages].map(
    ([key, { folder, license }]) => `${key} (${license})\n\n${licenseText(folder)}\n`,
  );
  const head = `Switchboard is shipped with the following packages.\nElectron and Chromium bring their own notices beside the executable.\n`;
  writeFileSync(OUTPUT, [head, ...parts].join(`\n${'-'.repeat(80)}\n\n`));
  return packages.size;
}
