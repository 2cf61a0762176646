import { contextBridge, ipcRenderer } from 'electron';
import { createIpcWire } from '@shared/ipc-wire';
import { WIRE_GLOBAL } from '@shared/transport';

// Two functions and nothing else: the page can ask and listen, and what it may have is decided in main.
const page = `${Date.now()}-${Math.random()}`;
contextBridge.exposeInMainWorld(WIRE_GLOBAL, createIpcWire(ipcRenderer, page));
