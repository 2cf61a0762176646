/**
 * The import directions of the project, as data, and the ESLint rule that enforces them.
 * Each row forbids one direction and names the way that is right instead; the reasons are in
 * docs/decisions/0001-layers.md.
 */
const folders = (...names) => new RegExp(`^src/main/(${names.join('|')})/`);
const ours = (...names) => new RegExp(`^src/(${names.join('|')})(/|$)`);
const packages = (...names) => new RegExp(`^(${names.join('|')})(/|$)`);

const CORE = ['engine', 'metadata', 'journal', 'alarms'];

/** [importing file, imported path from the root or package name, what to do instead] */
export const LAYERS = [
  [
    /^src\/shared\//,
    ours('main', 'renderer'),
    'shared is the floor: keep this on its own side, or move what both need down here',
  ],
  [
    /^src\/shared\//,
    packages('node:.*', 'electron', 'react', 'ioredis'),
    'shared has no environment: pass the capability in from main or renderer',
  ],
  [folders('lib'), ours('main/(?!lib)\\w+'), 'lib imports Node and shared/errors only'],
  [
    folders('redis'),
    ours('main/(engine|metadata|journal|feed|simulator|api|transport|desktop)'),
    'redis is below the engine: return words and let the caller decide',
  ],
  [
    folders(...CORE),
    ours('main/(feed|simulator|api|transport|desktop)'),
    'the engine does not know its callers: expose a verb and call it from api/',
  ],
  [
    folders(...CORE, 'simulator', 'feed', 'api'),
    packages('ioredis', 'electron', 'ws'),
    'reach Redis through redis/store; electron lives in desktop/, sockets in transport/',
  ],
  [
    folders(...CORE, 'simulator', 'feed', 'api'),
    packages('fastify', '@fastify/.*'),
    'HTTP lives in transport/',
  ],
  [
    folders('connections'),
    ours('main/(api|transport|desktop|feed|simulator|engine)'),
    'a connection is made and judged below the engine: api/ offers it, core.ts joins the two',
  ],
  [
    folders('simulator'),
    ours('main/(redis|api|transport|feed|desktop)'),
    'the simulator uses the verbs of engine/ only',
  ],
  [
    folders('feed'),
    ours('main/(api|transport|desktop)'),
    'a feed publishes; api/ subscribes and the transports carry it',
  ],
  [folders('api'), ours('main/(transport|desktop)'), 'handlers return values; the transports carry them'],
  [
    folders('transport'),
    ours('main/(engine|redis|metadata|journal|simulator)'),
    'a transport calls api/ only',
  ],
  [
    folders('desktop'),
    ours('main/(redis|engine|metadata|journal|feed|simulator|api|transport)'),
    'desktop wraps Electron only; index.ts joins it to the app',
  ],
  [
    /^src\/main\/(app|core)\.ts$/,
    packages('electron', 'fastify', 'ws'),
    'app.ts composes the core; index.ts and server.ts add their wires',
  ],
  [
    /^src\/main\/(app|core)\.ts$/,
    ours('main/(transport|desktop)'),
    'app.ts composes the core; index.ts and server.ts add their wires',
  ],
  [
    /^src\/main\/preload\.ts$/,
    packages('zod', 'node:.*'),
    'the preload hands two functions through and nothing else',
  ],
  [/^src\/renderer\//, ours('main'), 'the renderer reaches main through @shared/client only'],
  [
    /^src\/renderer\/(views|charts|components)\//,
    ours('shared/client', 'renderer/(wire|feed)'),
    'views read the store and run commands; only feed.ts and commands/ use the client',
  ],
  [
    /^src\/renderer\/commands\//,
    ours('renderer/store/live'),
    'a command never writes the live store: its effect returns through the feed',
  ],
  [
    /^src\/renderer\/store\//,
    ours('renderer/(views|charts|components|commands)'),
    'the store does not know who reads it',
  ],
];

/** A path from the project's root for relative and aliased imports; packages stay as they are. */
function resolveImport(file, source) {
  if (source.startsWith('@shared/')) return source.replace('@shared/', 'src/shared/');
  if (!source.startsWith('.')) return source;
  return new URL(source, `file:///${file}`).pathname.slice(1);
}

/** @type {import('eslint').ESLint.Plugin} */
export const layersPlugin = {
  rules: {
    direction: {
      meta: { type: 'problem', schema: [] },
      create(context) {
        const file = context.filename.slice(context.cwd.length + 1).replaceAll('\\', '/');
        const rows = LAYERS.filter(([from]) => from.test(file));
        const check = (node) => {
          const source = node.source?.value;
          if (typeof source !== 'string') return;
          const target = resolveImport(file, source);
          const broken = rows.find(([, to]) => to.test(target));
          if (broken) context.report({ node, message: `${file} must not import ${target}: ${broken[2]}.` });
        };
        return {
          ImportDeclaration: check,
          ExportNamedDeclaration: check,
          ExportAllDeclaration: check,
          ImportExpression: check,
        };
      },
    },
  },
};
