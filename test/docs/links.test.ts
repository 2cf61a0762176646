import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const read = (path: string) => readFileSync(path, 'utf8');
/** Without the blocks and words of code, in which nothing is a link or a heading. */
const prose = (page: string) =>
  page.replaceAll(/^\s*```[\s\S]*?^\s*```$/gm, '').replaceAll(/`[^`\n]*`/g, '``');

/** Links and pictures that lead to another file or to another place of the page. */
function linksOf(page: string): string[] {
  const targets = prose(page).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g);
  return [...targets]
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that a page's headings get where it is shown. */
function anchorsOf(page: string): string[] {
  const headings = page.replaceAll(/^\s*```[\s\S]*?^\s*```$/gm, '').matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isDead(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(file)) return true;
  return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
}

describe('the links of the documentation', () => {
  it('are found', () => {
    expect(PAGES.flatMap((page) => linksOf(read(join(ROOT, page)))).length).toBeGreaterThan(40);
  });

  it.each(PAGES)('lead somewhere: %s', (page) => {
    const from = join(ROOT, page);
    expect(linksOf(read(from)).filter((target) => isDead(from, target))).toEqual([]);
  });
});
