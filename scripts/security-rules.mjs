/**
 * What must not stand in the sources, for the safety of the page and of the machine it runs on: the parts of
 * Electron's security checklist that can be read off the code, and the ways by which text becomes program.
 * Rows for ESLint's `no-restricted-syntax`; docs/security.md names them.
 */
const windowWithout = (name, value) =>
  `NewExpression[callee.name='BrowserWindow']:not(:has(Property[key.name='webPreferences'] Property[key.name='${name}'][value.value=${value}]))`;
const preference = (name, value) => `Property[key.name='${name}'][value.value=${value}]`;

export const SECURITY_RULES = [
  { selector: windowWithout('sandbox', true), message: 'A window needs sandbox: true (checklist 4).' },
  {
    selector: windowWithout('contextIsolation', true),
    message: 'A window needs contextIsolation: true (checklist 3).',
  },
  {
    selector: windowWithout('nodeIntegration', false),
    message: 'A window needs nodeIntegration: false (checklist 2).',
  },
  {
    selector: windowWithout('webviewTag', false),
    message: 'A window needs webviewTag: false (checklist 11).',
  },
  { selector: preference('nodeIntegration', true), message: 'No Node in pages (checklist 2).' },
  { selector: preference('nodeIntegrationInWorker', true), message: 'No Node in workers (checklist 2).' },
  { selector: preference('nodeIntegrationInSubFrames', true), message: 'No Node in frames (checklist 2).' },
  { selector: preference('webSecurity', false), message: 'webSecurity stays on (checklist 6).' },
  {
    selector: preference('allowRunningInsecureContent', true),
    message: 'No insecure content (checklist 8).',
  },
  { selector: preference('experimentalFeatures', true), message: 'No experimental features (checklist 9).' },
  {
    selector: "Property[key.name='enableBlinkFeatures']",
    message: 'No further features of the engine (checklist 10).',
  },
  {
    selector: "CallExpression[callee.property.name='loadFile']",
    message: 'Load the page from its own scheme, not from a file (checklist 18).',
  },
  {
    selector: 'Literal[value=/^file:/]',
    message: 'Nothing is loaded from file: (checklist 18).',
  },
  {
    selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
    message: 'Text stays text: render elements instead.',
  },
  {
    selector: 'AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]',
    message: 'Text stays text: use textContent or elements.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(insertAdjacentHTML|executeJavaScript)$/]',
    message: 'Text must not become a program or markup.',
  },
  {
    selector: "CallExpression[callee.object.name='document'][callee.property.name=/^write(ln)?$/]",
    message: 'Text stays text: use elements.',
  },
  {
    selector: 'ImportSpecifier[imported.name=/^exec(Sync)?$/]',
    message: 'No shell: start programs with spawn or execFile and a list of arguments.',
  },
  {
    selector: "Property[key.name='shell'][value.value=true]",
    message: 'No shell: start programs with a list of arguments.',
  },
  {
    selector: "Property[key.name='rejectUnauthorized'][value.value=false]",
    message: 'Certificates are always checked.',
  },
];

/** Links leave the application in one place only, where they are filtered (checklist 15). */
export const OPEN_EXTERNAL_RULE = {
  selector: "CallExpression[callee.property.name='openExternal']",
  message: 'Links leave through desktop/guards.ts only, which filters them (checklist 15).',
};
