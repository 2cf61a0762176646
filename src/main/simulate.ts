import { writeFileSync } from 'node:fs';
import { SwitchboardError } from '@shared/errors';
import { createLogger } from './lib/log';
import { type Ground, openGround } from './simulate-ground';
import { readSimulateOptions, type SimulateOptions } from './simulate-options';
import { movesPerSecond, type RunRecord } from './simulator/record';
import { targetRows, toHtml, toMarkdown } from './simulator/report';
import type { Simulator } from './simulator/simulator';

/**
 * The entry of `npm run simulate`: one run of one scenario, without a console, for people and for pipelines.
 * Standard output gets the verdict; progress and faults go to standard error.
 */
const EXIT = { passed: 0, broken: 1, usage: 2, impossible: 3, interrupted: 130 } as const;
/** A terminal's line is written anew this often; a log gets a line of its own this often. */
const PROGRESS_MS = { terminal: 500, log: 10_000 } as const;
/** A service that stays away for so long ends the run, in ms. */
const AWAY_LIMIT_MS = 60_000;
const LOOK_MS = 250;

/** Takes the progress line away on a terminal, so that another line can stand there. */
const clearLine = process.stderr.isTTY ? '\r\u001b[2K' : '';

for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
const options = readArguments(process.argv.slice(2));
process.exit(await simulate(options));

function readArguments(args: readonly string[]): SimulateOptions {
  try {
    const outcome = readSimulateOptions(args);
    if (outcome.kind === 'options') return outcome.options;
    process.stdout.write(`${outcome.text}\n`);
    process.exit(EXIT.passed);
  } catch (fault) {
    if (!(fault instanceof SwitchboardError)) throw fault;
    say(fault.message);
    process.exit(EXIT.usage);
  }
}

async function simulate(options: SimulateOptions): Promise<number> {
  const log = createLogger(process.env['SWITCHBOARD_LOG'] ?? 'error');
  let ground: Ground | null = null;
  try {
    ground = await openGround(options, log);
    const interrupted = await run(ground, options);
    const { newest: record } = ground.simulator;
    if (!record) throw new Error('the run left no record');
    tell(record, options);
    return interrupted ? EXIT.interrupted : record.verdict.passed ? EXIT.passed : EXIT.broken;
  } catch (fault) {
    say(fault instanceof SwitchboardError ? fault.message : `It could not run: ${String(fault)}`);
    const isUsage = fault instanceof SwitchboardError && fault.code === 'bad_input';
    return isUsage ? EXIT.usage : EXIT.impossible;
  } finally {
    await ground?.close().catch((fault: unknown) => log.warn({ err: fault }, 'did not close cleanly'));
  }
}

/** One run to its end. @returns whether it was stopped early */
async function run(ground: Ground, options: SimulateOptions): Promise<boolean> {
  const { simulator } = ground;
  const { scenario, users, seed, durationMs, pool } = options;
  await simulator.start({ scenario: scenario.name, text: scenario.text, users, seed, durationMs, pool });
  // What cannot strike is told now, not when the run is over.
  for (const warning of simulator.run?.verdict.warnings ?? []) say(`warning: ${warning}`);
  simulator.run?.watcher.onViolation(({ kind, at, message }) =>
    say(`${clearLine}broken at ${(at / 1_000).toFixed(1)} s: ${kind}: ${message}`),
  );
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    void simulator.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  let awaySince: number | null = null;
  let shownAt = 0;
  for (;;) {
    const status = simulator.getStatus();
    if (status.status === 'off') break;
    const now = Date.now();
    if (ground.available()) awaySince = null;
    else awaySince ??= now;
    if (awaySince !== null && now - awaySince > AWAY_LIMIT_MS)
      throw new SwitchboardError(
        'redis_away',
        `The service has been away for ${AWAY_LIMIT_MS / 1_000} s: the run is given up. The next one takes its people out.`,
      );
    if (now - shownAt >= (process.stderr.isTTY ? PROGRESS_MS.terminal : PROGRESS_MS.log)) {
      shownAt = now;
      showProgress(simulator, durationMs);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  if (process.stderr.isTTY) process.stderr.write(clearLine);
  return interrupted;
}

function showProgress(simulator: Simulator, durationMs: number): void {
  const { elapsedMs, present, target, moves, violations, status } = simulator.getStatus();
  const samples = simulator.run?.samples.all ?? [];
  const pace = movesPerSecond(samples.slice(-2)).at(-1);
  const done = Math.min(100, Math.floor((elapsedMs / durationMs) * 100));
  const line = [
    `${String(done).padStart(3)} %`,
    `${Math.round(elapsedMs / 1_000)} of ${Math.round(durationMs / 1_000)} s`,
    `${present} of ${target} people`,
    `${moves} moves`,
    pace !== undefined && `${Math.round(pace)} moves/s`,
    `${violations} broken`,
    status === 'stopping' ? 'taking everybody out' : '',
  ]
    .filter(Boolean)
    .join(' · ');
  process.stderr.write(process.stderr.isTTY ? `${clearLine}${line}` : `${line}\n`);
}

function tell(record: RunRecord, { report }: SimulateOptions): void {
  const { verdict, scenario, seed, figures } = record;
  process.stdout.write(
    `${verdict.passed ? 'passed' : 'failed'}: ${scenario.name}, seed ${seed}: ${verdict.summary} ${figures.moves} moves of ${figures.arrived} people.\n`,
  );
  for (const warning of verdict.warnings) process.stdout.write(`  warning: ${warning}\n`);
  for (const [what, measured, target, met] of targetRows(record))
    process.stdout.write(`  ${met}: ${what} ${target}, measured ${measured}\n`);
  if (!report) return;
  const text = {
    markdown: () => toMarkdown(record),
    html: () => toHtml(record),
    json: () => `${JSON.stringify(record, null, 2)}\n`,
  }[report.format]();
  writeFileSync(report.file, text);
  say(`The report is in ${report.file}.`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
