import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const STAND_IN = join(ROOT, 'test/support/electron');
const EMITTER_METHODS = new Set(['on', 'once', 'off']);

/** What the stand-in has without the types saying so: their types lead to further objects of the stand-in. */
const HELD_BY_RUNNING = new Set([
  'BrowserWindow.webContents',
  'BrowserWindow.getAllWindows',
  'BrowserWindow.getFocusedWindow',
  'BrowserWindow.fromWebContents',
  'Menu.buildFromTemplate',
  'Menu.setApplicationMenu',
  'NativeImage.createFromPath',
  'NativeImage.resize',
  'Notification.isSupported',
  'Session.defaultSession',
  'Session.protocol',
  'WebFrameMain.parent',
  'UtilityProcess.fork',
  'UtilityProcess.kill',
]);

/** Events that the stand-in never brings about by itself; tests emit those that something important hangs on. */
const NEVER_HAPPENS = new Set([
  'activate',
  'open-file',
  'open-url',
  'unresponsive',
  'will-attach-webview',
  'will-redirect',
]);

interface Use {
  member: string;
  isMethod: boolean;
  at: string;
}

function openProgram() {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(ROOT, 'test/tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (fault) => {
        throw new Error(ts.flattenDiagnosticMessageText(fault.messageText, '\n'));
      },
    },
  );
  if (!config) throw new Error('the tests have no configuration');
  const roots = ['src/main/index.ts', 'src/main/preload.ts', 'test/support/electron/electron.ts'].map(
    (file) => join(ROOT, file),
  );
  const host = ts.createCompilerHost(config.options);
  // Only Electron's types and our own matter here; reading every package's would take most of a minute.
  host.resolveModuleNameLiterals = (literals, containing, _redirected, options) =>
    literals.map(({ text }) =>
      text === 'electron' || text.startsWith('.') || text.startsWith('@shared/')
        ? ts.resolveModuleName(text, containing, options, host)
        : { resolvedModule: undefined },
    );
  return ts.createProgram(roots, config.options, host);
}

const isElectronFile = (name: string) => name.endsWith('/electron/electron.d.ts');

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  node.forEachChild((child) => visit(child, see));
}

/** Where a member is declared, as `Interface.member`, when Electron declares it. */
function electronMember(checker: ts.TypeChecker, name: ts.Node): Omit<Use, 'at'> | null {
  const declaration = checker
    .getSymbolAtLocation(name)
    ?.declarations?.find((candidate) => isElectronFile(candidate.getSourceFile().fileName));
  const owner = declaration?.parent;
  if (
    !declaration ||
    !owner ||
    !(ts.isInterfaceDeclaration(owner) || ts.isClassDeclaration(owner)) ||
    !owner.name
  )
    return null;
  return {
    member: `${owner.name.text}.${name.getText()}`,
    isMethod: ts.isMethodSignature(declaration) || ts.isMethodDeclaration(declaration),
  };
}

/** Everything of Electron that the sources use, and the events they listen to. */
function usesOf(program: ts.Program): { uses: Use[]; events: Set<string>; imports: Set<string> } {
  const checker = program.getTypeChecker();
  const found = { uses: [] as Use[], events: new Set<string>(), imports: new Set<string>() };
  for (const file of program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(join(ROOT, 'src/main')))) {
    visit(file, (node) => {
      if (ts.isImportDeclaration(node) && node.moduleSpecifier.getText() === "'electron'") {
        const bindings = node.importClause?.namedBindings;
        if (
          bindings &&
          ts.isNamedImports(bindings) &&
          node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword
        )
          for (const element of bindings.elements)
            if (!element.isTypeOnly) found.imports.add(element.name.text);
      }
      if (!ts.isPropertyAccessExpression(node)) return;
      const used = electronMember(checker, node.name);
      if (!used) return;
      if (!EMITTER_METHODS.has(node.name.text)) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart());
        found.uses.push({ ...used, at: `${file.fileName.slice(ROOT.length + 1)}:${line + 1}` });
      } else if (
        ts.isCallExpression(node.parent) &&
        node.parent.arguments[0] &&
        ts.isStringLiteral(node.parent.arguments[0])
      )
        found.events.add(node.parent.arguments[0].text);
    });
  }
  return found;
}

/** What the stand-in implements: every `Pick<Electron.X, …>` that its classes and objects are held to. */
function implementedBy(program: ts.Program): Map<string, Set<string>> {
  const checker = program.getTypeChecker();
  const implemented = new Map<string, Set<string>>();
  for (const file of program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(STAND_IN))) {
    visit(file, (node) => {
      const isPick =
        (ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Pick') ||
        (ts.isExpressionWithTypeArguments(node) && node.expression.getText() === 'Pick');
      const [whole, keys] = isPick ? (node.typeArguments ?? []) : [];
      if (!whole || !keys) return;
      const type = checker.getTypeFromTypeNode(keys);
      const names = type.isUnion() ? type.types : [type];
      const owner = whole.getText().replace('Electron.', '');
      const known = implemented.get(owner) ?? new Set();
      for (const name of names) if (name.isStringLiteral()) known.add(name.value);
      implemented.set(owner, known);
    });
  }
  return implemented;
}

describe('the stand-in for Electron', () => {
  const program = openProgram();
  const { uses, events, imports } = usesOf(program);
  const implemented = implementedBy(program);
  const standInText = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(STAND_IN))
    .map(({ text }) => text)
    .join('\n');

  it('sees what the application uses of Electron', () => {
    expect(uses.map(({ member }) => member)).toEqual(
      expect.arrayContaining([
        'App.whenReady',
        'BrowserWindow.loadURL',
        'IpcMain.handle',
        'WebContents.send',
      ]),
    );
    expect([...events]).toEqual(expect.arrayContaining(['will-navigate', 'second-instance', 'did-navigate']));
  });

  it('has every member that the application uses, with Electron’s own signature', () => {
    const missing = uses.filter(({ member, isMethod }) => {
      const [owner = '', name = ''] = member.split('.');
      if (HELD_BY_RUNNING.has(member)) return false;
      return implemented.get(owner) ? !implemented.get(owner)?.has(name) : isMethod;
    });
    expect(missing).toEqual([]);
  });

  it('exports every module that the application imports', () => {
    const exported = readFileSync(join(STAND_IN, 'surface.ts'), 'utf8');
    expect(
      [...imports].filter(
        (name) =>
          !new RegExp(`\\b${name}\\b`).test(exported) && !['contextBridge', 'ipcRenderer'].includes(name),
      ),
    ).toEqual([]);
  });

  it('brings about every event that the application listens to, or is known not to', () => {
    const silent = [...events].filter(
      (name) => !NEVER_HAPPENS.has(name) && !standInText.includes(`'${name}'`),
    );
    expect(silent).toEqual([]);
  });
}, 60_000);
