import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from './build-if-needed.mjs';
import { ensureTools } from './test-tools.mjs';

/**
 * `npm test`: everything, or the kinds that are named (`npm test -- unit e2e`). Installs the programs that the tests
 * need where it may, runs each kind, says how many of it ran, and ends with the line `N passed, N failed`.
 */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What there is to run: with which runner, and what it needs on the machine. */
const KINDS = {
  unit: { run: vitest, tools: [] },
  // They wait for clocks more than they compute, so two at once are fine on any machine.
  redis: {
    run: (kind, report) => vitest(kind, report, Math.max(2, availableParallelism() - 1)),
    tools: ['redis', 'openssl'],
    built: true,
  },
  renderer: { run: vitest, tools: [] },
  e2e: { run: playwright('playwright.config.ts'), tools: ['redis', 'chromium'], built: true },
  desktop: {
    run: playwright('test/desktop/playwright.config.ts'),
    tools: ['redis', 'chromium', 'ps'],
    built: true,
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((kind) => !(kind in KINDS));
if (unknown.length > 0) {
  console.error(
    `There is no kind of test called ${unknown.join(', ')}; there are ${Object.keys(KINDS).join(', ')}.`,
  );
  process.exit(2);
}

const kinds = Object.entries(KINDS).filter(([kind]) => wanted.length === 0 || wanted.includes(kind));
const reports = mkdtempSync(join(tmpdir(), 'switchboard-test-reports-'));
process.once('exit', () => rmSync(reports, { recursive: true, force: true }));

try {
  await ensureTools([...new Set(kinds.flatMap(([, { tools }]) => tools))]);
  if (kinds.some(([, { built }]) => built)) await buildIfNeeded(console.log);
} catch (fault) {
  console.error(fault.message);
  process.exit(1);
}

const results = [];
for (const [kind, { run }] of kinds) {
  console.log(`\n── ${kind} ──`);
  results.push({ kind, ...(await run(kind, join(reports, `${kind}.json`))) });
}
const sum = (what) => results.reduce((total, result) => total + result[what], 0);
console.log('');
for (const { kind, passed, failed, skipped, flaky = 0 } of results)
  console.log(
    `${kind.padEnd(9)} ${passed} passed, ${failed} failed` +
      (flaky > 0 ? ` (${flaky} passed at the second attempt: see above, and mend)` : '') +
      (skipped > 0 ? `, ${skipped} skipped` : ''),
  );
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') > 0 ? 1 : 0);

async function vitest(kind, report, workers) {
  const code = await runNode('vitest/vitest.mjs', [
    ...['run', '--project', kind, '--reporter=default'],
    ...['--reporter=json', `--outputFile.json=${report}`],
    ...(workers ? [`--maxWorkers=${workers}`] : []),
  ]);
  return counted(code, report, (json) => ({
    passed: json.numPassedTests,
    // A file that could not even be loaded holds no failed test, and is a failure all the same.
    failed: json.numFailedTests + json.testResults.filter(brokenFile).length,
    skipped: json.numPendingTests + json.numTodoTests,
  }));
}

function brokenFile({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}

function playwright(config) {
  return async (_kind, report) => {
    const code = await runNode(
      '@playwright/test/cli.js',
      ['test', '--config', config, '--reporter=list,json'],
      {
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      },
    );
    return counted(code, report, ({ stats, errors }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + errors.length,
      flaky: stats.flaky,
      skipped: stats.skipped,
    }));
  };
}

/** What a report says. A run that failed without saying why counts as one failure. */
function counted(code, report, read) {
  let counts;
  try {
    counts = read(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function runNode(program, args, env = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
