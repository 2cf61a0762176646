import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { _electron, type Browser, chromium, expect, type Page } from '@playwright/test';
import { findElectronRuntime } from '../../scripts/electron-runtime.mjs';
import type { Envelope } from '../../src/shared/errors';
import { WIRE_GLOBAL } from '../../src/shared/transport';
import type { ControlReply } from '../support/electron/control';
import { until } from '../support/until';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'out/main/index.js');

/** Where the stand-in is built to: inside the project, so that it finds its packages. */
export const STAND_IN_FOLDER = join(ROOT, '.cache/electron-stand-in');

/** One running desktop application, on whichever runtime. */
export interface DesktopRun {
  /** The pages of the windows that are open now. */
  windows: () => Page[];
  /** Runs a function in the main process, with the `electron` module and an argument. */
  evaluate: <Result, Argument>(
    run: (electron: typeof Electron.CrossProcessExports, argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ) => Promise<Result>;
  process: ChildProcess;
  userData: string;
  /** Everything that the process wrote. */
  output: () => string;
  /** Resolves with the exit code when the process has ended. */
  ended: Promise<number | null>;
  /** Kills what still runs and removes the profile. */
  dispose: () => Promise<void>;
}

export interface LaunchOptions {
  args?: string[];
  env?: Record<string, string>;
  /** The profile of an earlier launch. */
  userData?: string;
  /** Another program than the built application. */
  main?: string;
  /** For a launch that is to end by itself without showing anything. */
  expectEnd?: boolean;
}

/** Launches the built application with a profile of its own. */
export async function launchDesktop(options: LaunchOptions = {}): Promise<DesktopRun> {
  const { args = [], env = {}, userData, main = MAIN, expectEnd = false } = options;
  const profile = userData ?? mkdtempSync(join(tmpdir(), 'switchboard-desktop-'));
  const runtime = findElectronRuntime();
  const all = [main, `--user-data-dir=${profile}`, ...args];
  const run = await (expectEnd
    ? launchToEnd(runtime, all, env)
    : runtime
      ? launchElectron(runtime, all, env)
      : launchStandIn(all, env));
  return {
    ...run,
    userData: profile,
    dispose: async () => {
      run.process.kill('SIGKILL');
      await run.ended;
      // The browser of a killed host writes for another moment, and rmSync's own retries do not look again.
      if (!userData) await until(() => removed(profile), { what: `${profile} removed` });
    },
  };
}

function removed(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

type Launched = Omit<DesktopRun, 'userData' | 'dispose'>;

async function launchElectron(
  executablePath: string,
  args: string[],
  env: Record<string, string>,
): Promise<Launched> {
  const application = await _electron.launch({
    executablePath,
    args: [...sandboxFlags(), ...args],
    env: { ...definedEnvironment(), ...env },
  });
  const child = application.process();
  return {
    windows: () => application.windows(),
    evaluate: (run, argument) =>
      application.evaluate(run as Parameters<typeof application.evaluate>[0], argument) as never,
    process: child,
    ...watchOutput(child),
  };
}

/** Starts a process whose windows nobody waits for. */
function launchToEnd(runtime: string | null, args: string[], env: Record<string, string>): Launched {
  const child = runtime
    ? spawn(runtime, [...sandboxFlags(), ...args], { env: { ...process.env, ...env } })
    : spawnStandIn(args, env);
  return {
    windows: () => [],
    evaluate: () => Promise.reject(new Error('this launch is only waited for')),
    process: child,
    ...watchOutput(child),
  };
}

function spawnStandIn(args: string[], env: Record<string, string>): ChildProcess {
  const register = pathToFileURL(join(ROOT, 'test/support/electron/register.mjs')).href;
  const standIn = pathToFileURL(join(STAND_IN_FOLDER, 'electron.mjs')).href;
  return spawn(process.execPath, ['--import', register, ...args], {
    env: { ...process.env, ...env, STAND_IN_MODULE: standIn },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function launchStandIn(args: string[], env: Record<string, string>): Promise<Launched> {
  const child = spawnStandIn(args, env);
  const watched = watchOutput(child);
  const answers = new Map<number, (reply: Extract<ControlReply, { kind: 'result' }>) => void>();
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (reply: ControlReply) => {
      if (reply.kind === 'ready') resolve(reply.debuggingAddress);
      else answers.get(reply.id)?.(reply);
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code}:\n${watched.output()}`)));
  });
  const browser: Browser = await chromium.connectOverCDP(await ready);
  let requests = 0;
  return {
    windows: () =>
      browser.contexts().flatMap((context) => context.pages().filter((page) => page.url() !== 'about:blank')),
    evaluate: (run, argument) =>
      new Promise((resolve, reject) => {
        const id = ++requests;
        answers.set(id, ({ value, error }) => {
          answers.delete(id);
          if (error === undefined) resolve(value as never);
          else reject(new Error(error));
        });
        child.send({ id, source: run.toString(), argument });
      }),
    process: child,
    ...watched,
  };
}

function watchOutput(child: ChildProcess): Pick<Launched, 'output' | 'ended'> {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { output: () => text, ended };
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Chromium refuses to run as root with its sandbox; a test machine's root gets it without. */
function sandboxFlags(): string[] {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

/** The first window's page, once it has loaded. */
export async function firstPage(run: DesktopRun): Promise<Page> {
  await expect.poll(() => run.windows().length, { timeout: 15_000 }).toBeGreaterThan(0);
  const [page] = run.windows();
  if (!page) throw new Error('the window went away');
  await page.waitForLoadState();
  return page;
}

/** Calls an operation from the page, by the wire that its preload gave it. */
export function invoke(page: Page, operation: string, input: object = {}): Promise<Envelope<unknown>> {
  return page.evaluate(
    ([name, asked, given]) => {
      const wire = Reflect.get(globalThis, name) as {
        invoke: (operation: string, input: object) => Promise<Envelope<unknown>>;
      };
      return wire.invoke(asked, given);
    },
    [WIRE_GLOBAL, operation, input] as const,
  );
}

/** Chooses an item of the application's menu by its label. */
export function choose(run: DesktopRun, label: string): Promise<void> {
  return run.evaluate(({ Menu }, wanted) => {
    const find = (menu: Electron.Menu | null | undefined): Electron.MenuItem | undefined => {
      for (const item of menu?.items ?? []) {
        const found = item.label === wanted ? item : find(item.submenu);
        if (found) return found;
      }
      return undefined;
    };
    const item = find(Menu.getApplicationMenu());
    if (!item) throw new Error(`the menu has no ${wanted}`);
    (item.click as () => void)();
  }, label);
}
