#!/usr/bin/env node
/**
 * The command. It checks the flags, builds what is missing, and opens the console on the desktop or in a browser.
 * Plain JavaScript, because it runs before anything is built.
 */
const NEEDED = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`Switchboard needs Node ${NEEDED.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const say = (line) => console.error(line);
process.stdout.on('error', () => {}); // whoever read our output may be gone

try {
  const { buildIfNeeded } = await import('../scripts/build-if-needed.mjs');
  await buildIfNeeded(say);
  await start(process.argv.slice(2));
} catch (fault) {
  say(fault.code === 'ERR_MODULE_NOT_FOUND' ? `${fault.message}\nRun npm install first.` : fault.message);
  process.exit(1);
}

async function start(args) {
  const { readCommandLine } = await import('../out/main/command-line.js');
  const config = readCommandLine(args, process.env);
  if (config.display === 'auto') {
    const { openDesktop } = await import('../scripts/desktop.mjs');
    const outcome = await openDesktop(args, say);
    if ('exitCode' in outcome) process.exit(outcome.exitCode);
    say(`No desktop window: ${outcome.why}. Serving the console to a browser instead.`);
  }
  await import('../out/main/server.js');
}
