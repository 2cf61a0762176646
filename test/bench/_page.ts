import type { Browser, CDPSession, Page } from 'playwright-core';
import { quantile } from './_measure';

/** What the main thread of a page did in a stretch of time. */
export interface Effort {
  seconds: number;
  /** Tasks over 50 ms, in milliseconds, longest first. */
  longTasks: number[];
  /** Script as a share of the time. */
  scriptShare: number;
  /** Everything on the main thread as a share of the time. */
  taskShare: number;
}

/** A page with its meters. */
export interface MeteredPage {
  page: Page;
  cdp: CDPSession;
  close: () => Promise<void>;
}

type Metrics = Record<string, number>;

/** Opens a page that writes down its long tasks and when the first count was shown. */
export async function openMetered(browser: Browser, origin: string, cookie: string): Promise<MeteredPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();
  await page.addInitScript(() => {
    const meters = { longTasks: [] as { at: number; ms: number }[], firstPictureAt: null as number | null };
    Object.assign(window, { meters });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        meters.longTasks.push({ at: startTime, ms: duration });
    }).observe({ type: 'longtask', buffered: true });
    const look = () => {
      const text = document.querySelector('[data-testid="count-WAITING"]')?.textContent ?? '';
      if (/\d/.test(text)) meters.firstPictureAt = performance.now();
      else if (performance.now() < 20_000 && location.hash === '#/') requestAnimationFrame(look);
    };
    look();
  });
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  return { page, cdp, close: () => context.close() };
}

declare global {
  interface Window {
    meters: { longTasks: { at: number; ms: number }[]; firstPictureAt: number | null };
  }
}

async function metricsOf(cdp: CDPSession): Promise<Metrics> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Watches the main thread for a while. */
export async function watchEffort({ page, cdp }: MeteredPage, seconds: number): Promise<Effort> {
  const from = await page.evaluate(() => performance.now());
  const before = await metricsOf(cdp);
  await page.waitForTimeout(seconds * 1_000);
  const after = await metricsOf(cdp);
  const tasks = await page.evaluate((since) => window.meters.longTasks.filter(({ at }) => at >= since), from);
  const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  const wall = grown('Timestamp');
  return {
    seconds: wall,
    longTasks: tasks.map(({ ms }) => ms).sort((a, b) => b - a),
    scriptShare: grown('ScriptDuration') / wall,
    taskShare: grown('TaskDuration') / wall,
  };
}

/** What of a heap snapshot is read here: one row of numbers a node, all in one list. */
interface HeapSnapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[], ...unknown[]] } };
  nodes: number[];
}

/** Bytes of scripts and their objects. */
export interface Heap {
  /** Everything that can still be reached. */
  used: number;
  /** Of it, what the engine has compiled of the page's scripts: more as more of them becomes hot. */
  code: number;
}

/**
 * What a page's scripts hold, after a forced collection. Told from a snapshot, which holds only what can be reached:
 * the size that the browser tells has what was thrown away since, which is up to a tenth of it.
 */
export async function readHeap({ cdp }: MeteredPage): Promise<Heap> {
  const chunks: string[] = [];
  const keep = ({ chunk }: { chunk: string }) => chunks.push(chunk);
  await cdp.send('HeapProfiler.collectGarbage');
  cdp.on('HeapProfiler.addHeapSnapshotChunk', keep);
  await cdp.send('HeapProfiler.takeHeapSnapshot');
  cdp.off('HeapProfiler.addHeapSnapshotChunk', keep);
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as HeapSnapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  const heap: Heap = { used: 0, code: 0 };
  for (let node = 0; node < nodes.length; node += fields.length) {
    const kind = types[0][nodes[node + type] ?? -1];
    const bytes = nodes[node + size] ?? 0;
    // Elements, styles and the like are not the scripts'.
    if (kind !== 'native') heap.used += bytes;
    if (kind === 'code') heap.code += bytes;
  }
  return heap;
}

/** One turn of the wheel: twenty rows, 36,000 pixels a second, faster than anybody reads. */
const WHEEL_PX = 600;

/**
 * Scrolls the table of users by the wheel, a turn every two frames, and measures script, style and layout. The median
 * is of a frame; the worst is of both frames of a turn together, and so at least what one took.
 */
export async function scrollUsers(
  { page, cdp }: MeteredPage,
  steps: number,
): Promise<{ p50Ms: number; worstMs: number }> {
  const box = await page.getByRole('table', { name: 'Users' }).boundingBox();
  if (!box) throw new Error('The table of users is not there.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const times: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const before = await metricsOf(cdp);
    await page.mouse.wheel(0, WHEEL_PX);
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    const after = await metricsOf(cdp);
    const took = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].reduce(
      (sum, name) => sum + (after[name] ?? 0) - (before[name] ?? 0),
      0,
    );
    times.push(took * 1_000);
  }
  return { p50Ms: quantile(times, 0.5) / 2, worstMs: Math.max(...times) };
}

/** When the first count was on the screen, in milliseconds after the page was asked for. */
export async function firstPicture({ page }: MeteredPage, url: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(url);
  await page.waitForFunction(() => window.meters.firstPictureAt !== null);
  return page.evaluate(() => window.meters.firstPictureAt ?? 0);
}

/** How long a page without any content takes from the same host. */
export async function emptyPage({ page }: MeteredPage, url: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(url);
  return page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation');
    return entry ? entry.duration : 0;
  });
}
