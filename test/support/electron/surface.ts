export { app } from './app';
export { BrowserWindow } from './browser-window';
export { ipcMain } from './ipc-main';
export { protocol, session } from './session';
export { dialog, Menu, nativeTheme, shell, standIn, utilityProcess } from './small-modules';
