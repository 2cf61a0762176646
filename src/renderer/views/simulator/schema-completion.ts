/** What may stand at a place of a scenario's text, read from its JSON schema. Pure; the editor only shows it. */

/** A JSON schema, as far as it is looked at. */
export interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  type?: string | string[];
  description?: string;
}

/** Where the cursor is: the way there (`*` for an entry of a list), and what has been typed of the word. */
export interface Place {
  path: readonly string[];
  kind: 'key' | 'value';
  /** Offset at which the word begins. */
  from: number;
}

const KEY = /^([A-Za-z_][\w-]*)\s*:(?:\s+|$)/;
const WORD_BEFORE = /[\w.-]*$/;

interface Level {
  indent: number;
  segment: string;
}

/** Finds the place of an offset in YAML, written in blocks or between braces. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const from = offset - (WORD_BEFORE.exec(before)?.[0].length ?? 0);
  const levels: Level[] = [];
  const flow: { list: boolean; key: string | null }[] = [];
  let value: string | null = null;
  for (const line of before.split('\n')) {
    const inside = flow.length > 0;
    value = inside ? value : null;
    const rest = inside ? line : readBlock(line, levels, (key) => (value = key));
    readFlow(rest, flow);
  }
  const block = levels.map(({ segment }) => segment);
  if (flow.length === 0)
    return {
      path: value === null ? withoutOwn(levels, before) : block,
      kind: value === null ? 'key' : 'value',
      from,
    };
  const between = flow.flatMap(({ list, key }) => (list ? ['*'] : key === null ? [] : [key]));
  const innermost = flow.at(-1);
  const inKey = innermost !== undefined && !innermost.list && innermost.key === null;
  return { path: [...block, ...between], kind: inKey ? 'key' : 'value', from };
}

/** The levels around the line of the cursor, where its own key is not typed yet. */
function withoutOwn(levels: readonly Level[], before: string): string[] {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const indent = /^[\s-]*/.exec(line)?.[0].length ?? 0;
  return levels.filter((level) => level.indent < indent).map(({ segment }) => segment);
}

/** Reads list marks and key of a line into the levels; returns what stands behind them. */
function readBlock(line: string, levels: Level[], onKey: (key: string) => void): string {
  let indent = line.length - line.trimStart().length;
  let rest = line.trimStart();
  if (rest.startsWith('#')) return '';
  while (/^-(\s|$)/.test(rest)) {
    const at = indent;
    pop(levels, (level) => level.indent > at || (level.indent === at && level.segment === '*'));
    levels.push({ indent: at, segment: '*' });
    const mark = /^-\s*/.exec(rest)?.[0].length ?? 1;
    rest = rest.slice(mark);
    indent += mark;
  }
  const [whole, key] = KEY.exec(rest) ?? [];
  if (whole === undefined || key === undefined) return rest;
  pop(levels, (level) => level.indent >= indent);
  levels.push({ indent, segment: key });
  onKey(key);
  return rest.slice(whole.length);
}

function pop(levels: Level[], gone: (level: Level) => boolean): void {
  for (let last = levels.at(-1); last && gone(last); last = levels.at(-1)) levels.pop();
}

/** Follows braces and brackets, with the key in which each one stands. */
function readFlow(text: string, flow: { list: boolean; key: string | null }[]): void {
  let word = '';
  let quote: string | null = null;
  for (const [index, letter] of [...text].entries()) {
    const innermost = flow.at(-1);
    if (quote !== null) {
      if (letter === quote) quote = null;
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '#' && (index === 0 || text[index - 1] === ' ')) return;
    else if (letter === '{' || letter === '[') {
      flow.push({ list: letter === '[', key: null });
      word = '';
    } else if (letter === '}' || letter === ']') flow.pop();
    else if (letter === ',' && innermost) {
      innermost.key = null;
      word = '';
    } else if (letter === ':' && innermost && !innermost.list) innermost.key = word.trim();
    else word += letter;
  }
}

/** One offer: what to insert, and what it means. */
export interface Offer {
  label: string;
  kind: 'key' | 'value';
  detail: string;
}

/** What may stand at a place. */
export function offersAt(schema: JsonSchema, { path, kind }: Place): Offer[] {
  const there = path.reduce<JsonSchema[]>(
    (schemas, segment) => schemas.flatMap((each) => step(each, segment)),
    [schema],
  );
  const alternatives = there.flatMap(branches);
  const offers = new Map<string, Offer>();
  for (const each of alternatives) {
    const found = kind === 'key' ? keysOf(each) : valuesOf(each);
    for (const offer of found) if (!offers.has(offer.label)) offers.set(offer.label, offer);
  }
  return [...offers.values()];
}

/** A schema and everything that it may be instead. */
function branches(schema: JsonSchema): JsonSchema[] {
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...parts.flatMap(branches)];
}

function step(schema: JsonSchema, segment: string): JsonSchema[] {
  return branches(schema).flatMap(({ properties, items, prefixItems = [] }) => {
    if (segment === '*') return items ? [items, ...prefixItems] : prefixItems;
    const property = properties && Object.hasOwn(properties, segment) ? properties[segment] : undefined;
    return property ? [property] : [];
  });
}

function keysOf({ properties = {} }: JsonSchema): Offer[] {
  return Object.entries(properties).map(([label, property]) => ({
    label,
    kind: 'key',
    detail: property.description ?? typeWords(property),
  }));
}

function valuesOf(schema: JsonSchema): Offer[] {
  const values = [...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])];
  return values.map((value) => ({ label: String(value), kind: 'value', detail: schema.description ?? '' }));
}

function typeWords(schema: JsonSchema): string {
  const types = branches(schema).flatMap(({ type, const: only }) =>
    only !== undefined ? [] : Array.isArray(type) ? type : type === undefined ? [] : [type],
  );
  return [...new Set(types)].join(' or ');
}
