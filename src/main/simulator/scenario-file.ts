import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { SwitchboardError } from '@shared/errors';
import { type Scenario, scenario } from './scenario';

/** One thing that is wrong in a scenario file, and where. */
export interface ScenarioFault {
  line: number;
  column: number;
  /** The way to the field, as `mix.0.share`; empty for the file itself. */
  field: string;
  message: string;
}

type Document = ReturnType<typeof parseDocument>;

/**
 * Reads a scenario in YAML or JSON (which is YAML too).
 * @throws SwitchboardError `bad_input` with every fault at once, each with its line, in `details.faults`.
 */
export function parseScenario(text: string, fileName = 'scenario'): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const syntax = document.errors.map(({ pos, message }) => ({
    ...position(lines, pos[0]),
    field: '',
    message: message.split('\n')[0] ?? message,
  }));
  if (syntax.length > 0) throw refuse(fileName, syntax);
  const parsed = scenario.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw refuse(
    fileName,
    parsed.error.issues.flatMap((issue) => toFaults(issue, document, lines)),
  );
}

/** What is wrong in a scenario, for an editor; nothing when it is right. */
export function checkScenario(text: string): ScenarioFault[] {
  try {
    parseScenario(text);
    return [];
  } catch (fault) {
    if (!(fault instanceof SwitchboardError)) throw fault;
    return fault.details['faults'] as ScenarioFault[];
  }
}

function refuse(fileName: string, faults: ScenarioFault[]): SwitchboardError {
  const told = faults.map(
    ({ line, field, message }) => `${fileName}:${line}${field ? ` ${field}` : ''}: ${message}`,
  );
  return new SwitchboardError('bad_input', told.join('\n'), { faults });
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function toFaults(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): ScenarioFault[] {
  // An unknown field is told at its own line, not at that of the whole it stands in.
  const paths =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({
    ...position(lines, offsetOf(document, path)),
    field: path.join('.'),
    message: issue.code === 'unrecognized_keys' ? 'there is no such field' : issue.message,
  }));
}

/** Where a field stands, or the nearest thing around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return node.range[0];
  }
  return 0;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
