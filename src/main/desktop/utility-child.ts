import { app, utilityProcess } from 'electron';

/** A program in an Electron utility process: it ends with this process, and needs no Node of its own. */
export interface UtilityChild {
  onMessage: (listener: (message: unknown) => void) => void;
  onExit: (listener: () => void) => void;
  kill: () => void;
}

/** Starts a program as soon as Electron can start one. @param env added to the environment of this process */
export function startUtilityChild(program: string, env: Readonly<Record<string, string>>): UtilityChild {
  const options = { stdio: 'ignore' as const, env: { ...process.env, ...env } };
  const starting = app.whenReady().then(() => utilityProcess.fork(program, [], options));
  return {
    onMessage: (listener) => void starting.then((child) => child.on('message', listener)),
    onExit: (listener) => void starting.then((child) => child.once('exit', listener)),
    kill: () => void starting.then((child) => child.kill()),
  };
}
