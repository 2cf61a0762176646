// What the start of the application is compared with: a window with an empty page, and nothing else.
import { app, BrowserWindow } from 'electron';

await app.whenReady();
const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
window.once('ready-to-show', () => {
  window.show();
  process.stdout.write('Bare window ready\n');
});
void window.loadURL('data:text/html,<title>bare</title>');
