import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { choose, type DesktopRun, firstPage, invoke, launchDesktop } from './launch';

let run: DesktopRun;

test.beforeEach(async () => {
  run = await launchDesktop({ args: ['--no-simulate'] });
  await firstPage(run);
});
test.afterEach(() => run.dispose());

/** Puts something in place of the dialogs: the last button is pressed, and what was asked is kept. */
const answerDialogs = () =>
  run.evaluate(({ dialog }) => {
    const asked: { message: string; buttons: string[] }[] = [];
    const errors: string[] = [];
    Reflect.set(globalThis, 'asked', asked);
    Reflect.set(globalThis, 'errors', errors);
    dialog.showMessageBox = (...given: unknown[]) => {
      const { message, buttons = [] } = given.at(-1) as Electron.MessageBoxOptions;
      asked.push({ message, buttons });
      return Promise.resolve({ response: buttons.length - 1, checkboxChecked: false });
    };
    dialog.showErrorBox = (title: string) => void errors.push(title);
  }, null);
const kept = <Value>(name: string) =>
  run.evaluate((_electron, key) => Reflect.get(globalThis, key) as Value, name);

test('says on standard output when there is something to see, once', async () => {
  await expect.poll(() => run.output()).toContain('Switchboard ready: desktop window\n');
  await choose(run, 'New Window');
  await expect.poll(() => run.windows().length).toBe(2);
  expect(run.output().split('Switchboard ready:')).toHaveLength(2);
});

test('each window has the deployment that it shows in its title', async () => {
  await expect
    .poll(() =>
      run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.getTitle()), null),
    )
    .toEqual(['Switchboard: sandbox']);
  const page = await firstPage(run);
  // The page names its deployment once it knows it; a name given before that would be overwritten.
  await expect(page).toHaveTitle('Switchboard: sandbox');
  await page.evaluate(() => (document.title = 'Switchboard: eu'));
  await expect
    .poll(() => run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle(), null))
    .toBe('Switchboard: eu');
});

test('the wallboard takes the whole of the second screen, once, and is not the window that links open in', async () => {
  await choose(run, 'Wallboard');
  await expect.poll(() => run.windows().length).toBe(2);
  const wallboard = () => run.windows().find((page) => page.url().endsWith('#/wallboard'));
  await expect.poll(() => wallboard() !== undefined).toBe(true);
  const found = () =>
    run.evaluate(({ BrowserWindow, screen }) => {
      const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
        webContents.getURL().endsWith('#/wallboard'),
      );
      const primary = screen.getPrimaryDisplay().id;
      const second = screen.getAllDisplays().find(({ id }) => id !== primary);
      return {
        full: window?.isFullScreen(),
        onSecond: !second || window?.getNormalBounds().x === second.workArea.x,
      };
    }, null);
  await expect.poll(found).toEqual({ full: true, onSecond: true });

  await choose(run, 'Wallboard');
  await run.evaluate(({ app }) => {
    app.emit('open-url', { preventDefault: () => undefined }, 'switchboard://user/ada');
  }, null);
  await expect
    .poll(() =>
      run
        .windows()
        .map((page) => new URL(page.url()).hash.split('?')[0])
        .sort(),
    )
    .toEqual(['#/users/ada', '#/wallboard']);
});

test('the wallboard may keep the screen awake', async () => {
  const [page] = run.windows();
  const answer = await page?.evaluate(() =>
    navigator.wakeLock.request('screen').then(
      () => 'granted',
      (fault: Error) => fault.name,
    ),
  );
  expect(answer).toBe('granted');
});

test('a scenario file opens in the simulator, and one that cannot be read is told of', async () => {
  await answerDialogs();
  await run.evaluate(({ BrowserWindow }) => {
    const opened: string[] = [];
    Reflect.set(globalThis, 'opened', opened);
    const [window] = BrowserWindow.getAllWindows();
    if (window) window.loadURL = (url) => Promise.resolve(void opened.push(decodeURIComponent(url)));
  }, null);
  const open = (path: string) =>
    run.evaluate(({ app }, given) => {
      app.emit('open-file', { preventDefault: () => undefined }, given);
    }, path);
  const file = join(run.userData, 'rush.switchboard');
  writeFileSync(file, 'name: rush');
  await open(file);
  await open(join(run.userData, 'missing.switchboard'));
  expect(await kept('errors')).toEqual(['The scenario could not be opened']);

  // As Windows and Linux do it: a second start with the file.
  writeFileSync(file, 'name: hour');
  const second = await launchDesktop({
    userData: run.userData,
    args: ['--no-simulate', file],
    expectEnd: true,
  });
  expect(await second.ended).toBe(0);
  await expect
    .poll(() => kept<string[]>('opened'))
    .toEqual([
      expect.stringMatching(/#\/simulator\?tab=scenario&scenario=name: rush$/),
      expect.stringMatching(/#\/simulator\?tab=scenario&scenario=name: hour$/),
    ]);
});

test('the text of a scenario file stands in the editor, and is not started', async () => {
  const file = join(run.userData, 'own.switchboard');
  writeFileSync(file, 'title: Opened from outside\n');
  await run.evaluate(({ app }, given) => {
    app.emit('open-file', { preventDefault: () => undefined }, given);
  }, file);
  const page = await firstPage(run);
  await expect(page.getByRole('heading', { name: 'Your own version' })).toBeVisible({ timeout: 15_000 });
  await expect(page.getByLabel('Text of the scenario')).toContainText('Opened from outside');
  await expect.poll(() => new URL(page.url()).hash).toBe('#/simulator?tab=scenario');
  expect(await invoke(page, 'simulator.runs')).toMatchObject({ ok: true, value: { runs: [] } });
});

test('a page that does not respond can be reloaded, and is asked about once at a time', async () => {
  await answerDialogs();
  const [page] = run.windows();
  await page?.evaluate(() => Reflect.set(globalThis, 'beforeReload', true));
  await run.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.emit('unresponsive');
    window?.emit('unresponsive');
  }, null);
  await expect
    .poll(() => kept<{ message: string; buttons: string[] }[]>('asked'))
    .toEqual([{ message: 'The console does not respond.', buttons: ['Wait', 'Reload'] }]);
  await expect.poll(() => page?.evaluate(() => 'beforeReload' in globalThis).catch(() => true)).toBe(false);
  expect(run.output()).toContain('the page does not respond');
});

test('a page that keeps crashing is not started again without being asked', async () => {
  await answerDialogs();
  await run.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    for (let crash = 0; crash < 4; crash += 1)
      window?.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
  }, null);
  await expect
    .poll(() => kept<{ message: string }[]>('asked'))
    .toMatchObject([{ message: 'The console keeps crashing.' }]);
  // The last button closes the window.
  await expect.poll(() => run.windows().length).toBe(0);
});

test('no webview is ever attached', async () => {
  const prevented = await run.evaluate(({ BrowserWindow }) => {
    let refused = false;
    const event = { preventDefault: () => (refused = true) };
    BrowserWindow.getAllWindows()[0]?.webContents.emit('will-attach-webview', event, {}, {});
    return refused;
  }, null);
  expect(prevented).toBe(true);
});

test('print prints the window in front', async () => {
  await expect
    .poll(() => run.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null, null))
    .toBe(true);
  await run.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getFocusedWindow()?.webContents;
    if (contents) contents.print = (options) => void Reflect.set(globalThis, 'printed', options);
  }, null);
  await choose(run, 'Print…');
  expect(await kept('printed')).toMatchObject({ printBackground: true });
});
