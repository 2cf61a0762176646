#!/usr/bin/env node
/** `npm run simulate`: builds what is missing, then runs one scenario. See `--help`. */
import { buildIfNeeded } from '../scripts/build-if-needed.mjs';

try {
  await buildIfNeeded((line) => console.error(line));
} catch (fault) {
  console.error(fault.message);
  process.exit(3);
}
await import('../out/main/simulate.js');
