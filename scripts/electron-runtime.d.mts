/** The path of the installed Electron runtime, or null where there is none. Begins no download. */
export function findElectronRuntime(): string | null;
