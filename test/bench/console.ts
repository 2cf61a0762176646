import { measureCost } from './_console-cost';
import { measurePage, PAGE_PARTS } from './_console-page';
import type { PartReport } from './_console';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, openBenchServer } from './_server';

const PAGE = Object.keys(PAGE_PARTS) as (keyof typeof PAGE_PARTS)[];
const PARTS: readonly string[] = [...PAGE, 'redis'];

/** What the console costs its viewer's machine, and what it costs Redis. */
export async function bench(options: BenchOptions): Promise<boolean> {
  const { only, quick, json } = options;
  if (options.redis !== undefined)
    throw new Error('This benchmark fills the default pool: it runs on a private server only.');
  const unknown = only.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}": it has ${PARTS.join(', ')}.`);
  const isWanted = (part: string) => only.length === 0 || only.includes(part);

  const reports: PartReport[] = [];
  let about = '';
  const onServer = async (work: (server: BenchServer) => Promise<PartReport[]>) => {
    const server = await openBenchServer(options);
    about = server.about;
    try {
      reports.push(...(await work(server)));
    } finally {
      await server.stop();
    }
  };
  const page = PAGE.filter(isWanted);
  if (page.length > 0) await onServer((server) => measurePage(server, page, quick));
  if (isWanted('redis')) await onServer(async (server) => [await measureCost(server, quick)]);
  return printReport(
    {
      name: 'console',
      server: about,
      setting: Object.assign({}, ...reports.map(({ setting }) => setting)) as PartReport['setting'],
      tables: reports.flatMap(({ tables }) => tables),
      expectations: reports.flatMap(({ expectations }) => expectations),
    },
    json,
  );
}
