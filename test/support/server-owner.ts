import { silentLogger } from '../../src/main/lib/log';
import { startEmbeddedStore } from '../../src/main/redis/embedded-store';

/**
 * A program that starts an embedded store, says where it is, and stays until it is killed.
 * Arguments: the built in-memory server, and the PATH to look for servers on.
 */
const [memoryServerProgram = '', searchPath = ''] = process.argv.slice(2);
const { kind, target } = await startEmbeddedStore({ log: silentLogger, memoryServerProgram, searchPath });
console.log(JSON.stringify({ kind, target }));
setInterval(() => {}, 60_000);
