import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, startPrivateServer } from '../../src/main/redis/private-server';

/** A program that starts a private server, says where, and stays until it is killed. */
const server = findServer(process.env['PATH']);
if (!server) throw new Error('no server on the PATH');
const directory = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
const { pid } = await startPrivateServer({
  server,
  directory,
  listen: { socket: join(directory, 'redis.sock') },
});
console.log(JSON.stringify({ pid, directory }));
