import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { WIRE_GLOBAL } from '../../src/shared/transport';
import { type DesktopRun, firstPage, invoke, launchDesktop } from './launch';

let run: DesktopRun;
let page: Page;

test.beforeAll(async () => {
  run = await launchDesktop({ args: ['--no-simulate'] });
  page = await firstPage(run);
});
test.afterAll(() => run.dispose());

test('the page gets two functions and nothing of Node or Electron', async () => {
  const seen = await page.evaluate((name) => {
    const wire = Reflect.get(globalThis, name) as object;
    return {
      keys: Object.keys(wire).sort(),
      frozen: !Reflect.set(wire, 'invoke', null),
      node: ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => name in globalThis),
    };
  }, WIRE_GLOBAL);
  expect(seen).toEqual({ keys: ['invoke', 'subscribe'], frozen: true, node: [] });
});

test('calls travel over IPC in envelopes', async () => {
  expect(await invoke(page, 'session.get')).toMatchObject({ ok: true });
  expect(await invoke(page, '__proto__')).toMatchObject({ ok: false, error: { code: 'not_found' } });
});

test('a page that is not ours is refused, though it has the preload', async () => {
  const preload = join(import.meta.dirname, '../../out/preload/preload.cjs');
  await run.evaluate(async ({ BrowserWindow }, path) => {
    const foreign = new BrowserWindow({ webPreferences: { preload: path, sandbox: true } });
    await foreign.loadURL('data:text/html,<title>foreign</title>');
  }, preload);
  const find = () => run.windows().find((candidate) => candidate.url().startsWith('data:'));
  await expect.poll(() => find() !== undefined).toBe(true);
  const foreign = find();
  if (!foreign) throw new Error('the foreign window did not open');
  expect(await invoke(foreign, 'session.get')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  await run.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows())
      if (window.webContents.getURL().startsWith('data:')) window.destroy();
  }, null);
});

test('the page cannot be led elsewhere', async () => {
  const before = page.url();
  for (const target of [
    'https://evil.example/',
    'http://127.0.0.1:1/',
    'data:text/html,x',
    'file:///etc/passwd',
    'switchboard-app://other/',
  ]) {
    await page.evaluate((url) => {
      const link = Object.assign(document.createElement('a'), { href: url });
      document.body.append(link);
      link.click();
      link.remove();
    }, target);
    // The page still answers, at its own address.
    expect(await invoke(page, 'session.get')).toMatchObject({ ok: true });
    expect(page.url()).toBe(before);
  }
});

test('no window opens, and only known links reach the system', async () => {
  await run.evaluate(({ shell }) => {
    const opened: string[] = [];
    Reflect.set(globalThis, 'openedLinks', opened);
    shell.openExternal = (url: string) => Promise.resolve(void opened.push(url));
  }, null);
  for (const target of [
    'https://evil.example/',
    'file:///etc/passwd',
    'https://redis.io/docs/',
    'https://user@redis.io/',
  ])
    expect(await page.evaluate((url) => window.open(url) === null, target)).toBe(true);
  await expect
    .poll(() => run.evaluate(() => Reflect.get(globalThis, 'openedLinks') as string[], null))
    .toEqual(['https://redis.io/docs/']);
  expect(run.windows()).toHaveLength(1);
});

test('permissions are denied', async () => {
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
  const position = await page.evaluate(
    () =>
      new Promise<string>((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          ({ code, PERMISSION_DENIED }) => resolve(code === PERMISSION_DENIED ? 'denied' : 'failed'),
        ),
      ),
  );
  expect(position).toBe('denied');
});

test('the policy refuses inline scripts, eval, foreign scripts, frames and connections', async () => {
  const refused = await page.evaluate(async () => {
    const violations = new Set<string>();
    document.addEventListener('securitypolicyviolation', (event) => violations.add(event.effectiveDirective));
    const add = (name: string, properties: object) =>
      document.body.append(Object.assign(document.createElement(name), properties));
    add('script', { textContent: 'globalThis.inlineRan = true' });
    add('script', { src: 'https://evil.example/x.js' });
    add('iframe', { src: 'https://evil.example/' });
    add('img', { src: 'https://evil.example/x.png' });
    await fetch('https://evil.example/').catch(() => undefined);
    // Later, since what a debugger evaluates at once is exempt from the policy.
    const evaluated = await new Promise((resolve) =>
      setTimeout(() => {
        try {
          resolve((0, eval)('"ran"'));
        } catch {
          resolve('refused');
        }
      }),
    );
    while (violations.size < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    return { violations: [...violations].sort(), inline: 'inlineRan' in globalThis, evaluated };
  });
  expect(refused).toEqual({
    violations: ['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem'],
    inline: false,
    evaluated: 'refused',
  });
});

test('the page’s scheme serves the built page and nothing beside it', async () => {
  const answers = await page.evaluate(async () => {
    const statuses: Record<string, number> = {};
    for (const path of [
      '/',
      '/index.html',
      '/../main/index.js',
      '/%2e%2e/main/index.js',
      '/..%2fmain%2findex.js',
      '/nothing.js',
      '/assets',
      '/%00',
      '/%',
    ])
      statuses[path] = (await fetch(path)).status;
    return statuses;
  });
  expect(answers).toEqual({
    '/': 200,
    '/index.html': 200,
    '/../main/index.js': 404,
    '/%2e%2e/main/index.js': 404,
    '/..%2fmain%2findex.js': 404,
    '/nothing.js': 404,
    '/assets': 404,
    '/%00': 404,
    '/%': 404,
  });
});
