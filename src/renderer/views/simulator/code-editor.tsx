import { autocompletion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useEffectEvent, useRef } from 'react';
import { type JsonSchema, offersAt, placeAt } from './schema-completion';
import styles from './scenario-tab.module.css';

/** One fault of the text, at its line. */
interface TextFault {
  line: number;
  column: number;
  message: string;
}

interface CodeEditorProps {
  text: string;
  /** The JSON schema of what may be written, as text. */
  schema: string;
  onChange: (text: string) => void;
  /** Finds what is wrong; asked when typing has paused. */
  check: (text: string) => Promise<readonly TextFault[]>;
}

const CHECK_AFTER_MS = 300;

/** The editor's own look: the console's tokens reach into it. */
const LOOK = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'var(--page)', color: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--page)',
    color: 'var(--text-faint)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--raised)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--page)',
  },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.8', marginLeft: '1em' },
  '.cm-diagnostic': { fontFamily: 'var(--font)' },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--info)' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: [tags.keyword, tags.bool, tags.number], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--text-faint)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--text-soft)' },
]);

/**
 * A text editor for scenarios. It lives in a shadow tree, because there it can bring its styles along without an
 * inline style, which the page forbids.
 */
export function CodeEditor({ text, schema, onChange, check }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useEffectEvent(onChange);
  const faultsOf = useEffectEvent(check);
  const firstText = useEffectEvent(() => text);

  useEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const parsed = JSON.parse(schema) as JsonSchema;
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: firstText(),
        extensions: [
          ...[lineNumbers(), history(), drawSelection(), highlightActiveLine(), lintGutter()],
          ...[yaml(), syntaxHighlighting(COLOURS), LOOK, EditorView.lineWrapping],
          autocompletion({ override: [(context) => complete(context, parsed)] }),
          linter(async ({ state }) => toDiagnostics(state, await faultsOf(state.doc.toString())), {
            delay: CHECK_AFTER_MS,
          }),
          keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': 'Text of the scenario' }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) changed(state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [schema]);

  // An import or a revert changes the text from outside.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  return <div className={styles.editor} ref={host} />;
}

function complete(context: CompletionContext, schema: JsonSchema) {
  const place = placeAt(context.state.doc.toString(), context.pos);
  if (!context.explicit && place.from === context.pos) return null;
  const options = offersAt(schema, place).map(({ label, kind, detail }) => ({
    label,
    detail,
    type: kind === 'key' ? 'property' : 'enum',
    apply: kind === 'key' ? `${label}: ` : label,
  }));
  return { from: place.from, options, validFor: /^[\w.-]*$/ };
}

function toDiagnostics({ doc }: EditorState, faults: readonly TextFault[]): Diagnostic[] {
  return faults.map(({ line, column, message }) => {
    const at = doc.line(Math.min(Math.max(1, line), doc.lines));
    const from = Math.min(at.from + column - 1, at.to);
    return { from, to: at.to, severity: 'error', message };
  });
}
