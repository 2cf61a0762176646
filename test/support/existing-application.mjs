import { createServer } from 'node:http';
import { passOn } from './pass-on.mjs'; // as docs/api.md has it; the test puts it beside this file

/** An application as there are many: it knows who is logged in by a cookie, and has pages for them. */
const server = createServer(async (request, response) => {
  const user = /(?:^|; )login=([a-z]+)/.exec(request.headers.cookie ?? '')?.[1];
  if (!user) return response.writeHead(401).end();
  if (request.url === '/session') return response.writeHead(204, { 'x-user-id': user }).end();
  if (await passOn(request, response, user)) return;
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>Hello ${user}</h1>`);
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
