import { z } from 'zod';

/** The parts of an OpenAPI description that the page shows; anything else in it is of no interest here. */
const jsonSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
const parameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  description: z.string().optional(),
});
const content = z.record(z.string(), z.looseObject({ schema: jsonSchema.optional() }));
const operation = z.looseObject({
  summary: z.string().default(''),
  description: z.string().default(''),
  tags: z.array(z.string()).default([]),
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ description: z.string().optional(), content: content.optional() }),
  ),
});
const description = z.looseObject({
  info: z.looseObject({ title: z.string(), version: z.string(), description: z.string().default('') }),
  tags: z.array(z.looseObject({ name: z.string(), description: z.string().default('') })).default([]),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

type Operation = z.output<typeof operation>;
type Schema = z.output<typeof jsonSchema>;

/** The description as one page to read: no scripts, nothing from elsewhere. */
export function docsPage(document: unknown): string {
  const { info, tags, paths } = description.parse(document);
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ path, method: method.toUpperCase(), one })),
  );
  const sections = tags.map(({ name, description: words }) => {
    const ours = all.filter(({ one }) => one.tags.includes(name));
    return `<section><h2>${escape(name)}</h2><p>${escape(words)}</p>${ours.map(operationArticle).join('')}</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(info.title)} API</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header>
<h1>${escape(info.title)} API <small>${escape(info.version)}</small></h1>
<p>${escape(info.description)} For programs: <a href="/openapi.json">openapi.json</a>.</p>
</header>
<main>${sections.join('\n')}</main>
</body>
</html>`;
}

function operationArticle({ path, method, one }: { path: string; method: string; one: Operation }): string {
  const bodies = Object.entries(one.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<h4>Body <code>${escape(type)}</code></h4>${schemaTable(schema)}`,
  );
  const answers = Object.entries(one.responses).map(([status, answer]) => {
    const [type, body] = Object.entries(answer.content ?? {})[0] ?? [];
    return `<h4>${escape(status)} <code>${escape(type ?? '')}</code></h4>${schemaTable(body?.schema)}`;
  });
  return `<article>
<h3><span class="method">${method}</span> <code>${escape(path)}</code></h3>
<p><strong>${escape(one.summary)}.</strong> ${escape(one.description).replaceAll('\n\n', '<br>')}</p>
${parameterTable(one.parameters)}${bodies.join('')}
<details><summary>Answers</summary>${answers.join('')}</details>
</article>`;
}

function parameterTable(parameters: Operation['parameters']): string {
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escape(one.name)}</code></td><td>${escape(one.in)}${one.required ? ', required' : ''}</td><td>${escape(one.description ?? '')}</td></tr>`,
  );
  return rows.length === 0 ? '' : `<table>${rows.join('')}</table>`;
}

function schemaTable(schema: Schema | undefined): string {
  const rows = Object.entries(schema?.properties ?? {}).map(([name, raw]) => {
    const property = jsonSchema.safeParse(raw).data ?? {};
    const optional = schema?.required?.includes(name) ? '' : ', optional';
    return `<tr><td><code>${escape(name)}</code></td><td>${escape(typeOf(property))}${optional}</td><td>${escape(property.description ?? '')}</td></tr>`;
  });
  return rows.length === 0 ? '' : `<table>${rows.join('')}</table>`;
}

function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  return schema.type ?? 'any';
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** The look of the page, in the light and in the dark. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
small { font-weight: normal; opacity: 0.7; }
article { border: 1px solid var(--line); border-radius: 8px; padding: 0 1rem 1rem; margin: 1rem 0; }
h3 { font-size: 1rem; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.9rem; }
.method { background: var(--soft); border-radius: 4px; padding: 0.1rem 0.4rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid var(--line); padding: 0.25rem 0.75rem 0.25rem 0; vertical-align: top; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
summary { cursor: pointer; }
`;
