import { writeFile } from 'node:fs/promises';
import { BrowserWindow, dialog } from 'electron';

/** Prints what the window in front shows, by the system's own dialog. */
export function printPage(): void {
  BrowserWindow.getFocusedWindow()?.webContents.print({ landscape: true, printBackground: true });
}

/** Saves what the window in front shows as a PDF, where the person says. */
export async function saveAsPdf(): Promise<void> {
  const window = BrowserWindow.getFocusedWindow();
  if (!window) return;
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Save as PDF',
    defaultPath: `switchboard-${new Date().toISOString().slice(0, 10)}.pdf`,
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
  });
  if (canceled || !filePath) return;
  try {
    await writeFile(
      filePath,
      await window.webContents.printToPDF({ landscape: true, printBackground: true }),
    );
  } catch (fault) {
    dialog.showErrorBox('The PDF could not be saved', fault instanceof Error ? fault.message : String(fault));
  }
}
