import { app, utilityProcess } from 'electron';

/** A program in an Electron utility process: it ends with this process, and needs no Node of its own. */
export interface UtilityChild {
  onMessage: (listener: (message: unknown) => void) => void;
  onExit: (listener: () => void) => void;
  kill: () => void;
}

/** Starts a program as soon as Electron can start one. */
export function startUtilityChild(program: string): UtilityChild {
  const starting = app.whenReady().then(() => utilityProcess.fork(program, [], { stdio: 'ignore' }));
  return {
    onMessage: (listener) => void starting.then((child) => child.on('message', listener)),
    onExit: (listener) => void starting.then((child) => child.once('exit', listener)),
    kill: () => void starting.then((child) => child.kill()),
  };
}
