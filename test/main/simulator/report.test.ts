import { describe, expect, it } from 'vitest';
import { toHtml, toMarkdown } from '../../../src/main/simulator/report';
import { runRecord } from '../../support/run-record';

const record = runRecord(1);

describe('the report of a run', () => {
  it.each([
    ['as a page', toHtml(record)],
    ['as Markdown', toMarkdown(record)],
  ])('tells what broke, what struck, and when by universal time, %s', (_, report) => {
    expect(report).toContain('sim-a was in two states.');
    expect(report).toContain('corrupt-user');
    expect(report).toContain('2026-09-21 14:13:20 UTC');
    expect(report).toContain('time (UTC)');
  });

  it('marks a fault in each chart where it struck, and none that could not', () => {
    const [first] = record.strikes;
    const strikes = [first, { ...first, done: false, detail: 'not done: here' }] as typeof record.strikes;
    const marks = [...toHtml({ ...record, strikes }).matchAll(/<line class="fault" x1="([\d.]+)"/g)];
    // At 0.8 s of the one second that the charts show.
    expect(marks.map(([, x]) => x)).toEqual(['688.0', '688.0', '688.0']);
  });

  it('takes nothing for markup that a scenario or a message says', () => {
    const scenario = { ...record.scenario, title: '<b>&"' };
    const strikes = [{ ...record.strikes[0], detail: '</title><script>' }] as typeof record.strikes;
    const page = toHtml({ ...record, scenario, strikes });
    expect(page).toContain('&lt;b&gt;&amp;&quot;');
    expect(page).not.toContain('<script>');
  });
});
