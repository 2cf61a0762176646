import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/** A log larger than this is put aside at the next start, as the one older file that is kept (bytes). */
const ASIDE_BYTES = 5 * 1024 * 1024;

/** How much of the end of the log goes into a report (bytes, lines). */
const TAIL_BYTES = 64 * 1024;
const TAIL_LINES = 100;

/** Where the log of the desktop application goes; the Help menu opens the folder. */
export function prepareLogFile(): string {
  const file = join(app.getPath('logs'), 'switchboard.log');
  if (existsSync(file) && statSync(file).size > ASIDE_BYTES) renameSync(file, `${file}.old`);
  return file;
}

/** The newest lines of the log. */
export function readLogTail(file: string): string[] {
  if (!existsSync(file)) return [];
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(descriptor, tail, 0, tail.length, size - tail.length);
    return tail.toString('utf8').trimEnd().split('\n').slice(-TAIL_LINES);
  } finally {
    closeSync(descriptor);
  }
}
