import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { OPEN_EXTERNAL_RULE, SECURITY_RULES } from '../../scripts/security-rules.mjs';

const SAFE = 'sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false';

/** What the rules say to a piece of source. */
function complaintsAbout(source: string): string[] {
  const messages = new Linter().verify(source, {
    languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
    rules: { 'no-restricted-syntax': ['error', ...SECURITY_RULES, OPEN_EXTERNAL_RULE] },
  });
  return messages.map(({ message }) => message);
}

/** A window with its safe settings but for one, and whatever more. */
const windowWith = (settings: string) => `new BrowserWindow({ webPreferences: { ${settings} } });`;

describe('the security rules', () => {
  it('have nothing to say about a safe window', () => {
    expect(complaintsAbout(windowWith(`${SAFE}, webSecurity: true, preload: path`))).toEqual([]);
  });

  it.each([
    ['no settings at all', 'new BrowserWindow();'],
    ['no sandbox', windowWith(SAFE.replace('sandbox: true', 'sandbox: false'))],
    ['no isolation', windowWith(SAFE.replace('contextIsolation: true, ', ''))],
    ['Node in the page', windowWith(SAFE.replace('nodeIntegration: false', 'nodeIntegration: true'))],
    ['webviews', windowWith(SAFE.replace('webviewTag: false', 'webviewTag: true'))],
    ['Node in workers', windowWith(`${SAFE}, nodeIntegrationInWorker: true`)],
    ['Node in frames', windowWith(`${SAFE}, nodeIntegrationInSubFrames: true`)],
    ['no web security', windowWith(`${SAFE}, webSecurity: false`)],
    ['insecure content', windowWith(`${SAFE}, allowRunningInsecureContent: true`)],
    ['experiments', windowWith(`${SAFE}, experimentalFeatures: true`)],
    ['engine features', windowWith(`${SAFE}, enableBlinkFeatures: 'x'`)],
    ['a page from a file', "window.loadFile('index.html');"],
    ['a file address', "window.loadURL('file:///index.html');"],
    ['raw markup in React', 'const a = <p dangerouslySetInnerHTML={{ __html: text }} />;'],
    ['raw markup', 'element.innerHTML = text;'],
    ['raw markup beside', "element.insertAdjacentHTML('beforeend', text);"],
    ['a written document', 'document.write(text);'],
    ['a script handed to a page', 'contents.executeJavaScript(text);'],
    ['a shell by import', "import { exec } from 'node:child_process';"],
    ['a shell by option', "spawn('ls', [], { shell: true });"],
    ['unchecked certificates', 'connect({ rejectUnauthorized: false });'],
    ['a link beside the filter', 'shell.openExternal(url);'],
  ])('refuse %s', (_what, source) => {
    expect(complaintsAbout(source)).not.toEqual([]);
  });
});
