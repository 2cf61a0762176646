import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

/**
 * Runs one benchmark: `npm run bench -- NAME [--redis URL] [--only PART]... [--json] [--quick]`.
 * Each is a file of test/bench whose name does not begin with an underscore; it exports `bench(options)`.
 */
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'test/bench');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.startsWith('_'))
  .map((file) => file.slice(0, -3));

const USAGE = `npm run bench -- NAME [--redis URL] [--only PART]... [--json] [--quick]

NAME      ${names.join(', ')}
--redis   use this server (in a pool of its own, removed afterwards) instead of a private one
--only    one part of a long benchmark (console: first-picture, screens, scroll, heap, redis); may be given again
--json    print one JSON object instead of tables
--quick   a tenth of the work: figures are rough`;

function readCommandLine() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        redis: { type: 'string' },
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const [name, ...rest] = positionals;
    if (values.help) return { help: true };
    if (name === undefined || rest.length > 0 || !existsSync(join(folder, `${name}.ts`)))
      return { fault: `There is no benchmark ${JSON.stringify(positionals.join(' '))}.` };
    return { name, options: values };
  } catch (fault) {
    return { fault: fault.message };
  }
}

const { help, fault, name, options } = readCommandLine();
if (help || fault) {
  (fault ? console.error : console.log)(fault ? `${fault}\n\n${USAGE}` : USAGE);
  process.exit(fault ? 2 : 0);
}
const { module } = await runnerImport(join(folder, `${name}.ts`), {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { alias: { '@shared': join(root, 'src/shared') } },
});
const { redis, only, json, quick } = options;
const met = await module.bench({ redis, only, json, quick });
process.exit(met ? 0 : 1);
