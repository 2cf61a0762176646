import fastify from 'fastify';
import { Redis } from 'ioredis';

/** What the API is compared with: one endpoint of the same framework that does one PING of Redis. */
const client = new Redis(process.argv[2] ?? '', { lazyConnect: true });
await client.connect();
const app = fastify();
app.post('/ping', async () => ({ reply: await client.ping() }));
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
