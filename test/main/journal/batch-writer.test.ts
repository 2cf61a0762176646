import { describe, expect, it } from 'vitest';
import { BatchWriter } from '../../../src/main/journal/batch-writer';
import { silentLogger } from '../../../src/main/lib/log';
import { fakeClock } from '../../support/fake-clock';

function setUp(options: { capacity?: number; batchSize?: number } = {}) {
  const clock = fakeClock();
  const written: number[][] = [];
  const lost: number[] = [];
  let away = false;
  const writer = new BatchWriter<number>({
    async write(entries) {
      await Promise.resolve();
      if (away) throw new Error('away');
      written.push([...entries]);
    },
    onLost: (entries) => lost.push(entries),
    log: silentLogger,
    clock,
    delayMs: 100,
    ...options,
  });
  const pass = (ms: number) => clock.advance(ms);
  return { writer, written, lost, pass, leave: () => (away = true), comeBack: () => (away = false) };
}

describe('BatchWriter', () => {
  it('writes together what comes within the delay, in order', async () => {
    const { writer, written, pass } = setUp();
    writer.add(1);
    writer.add(2);
    await pass(99);
    expect(written).toEqual([]);
    await pass(1);
    expect(written).toEqual([[1, 2]]);
  });

  it('cuts large backlogs into batches', async () => {
    const { writer, written, pass } = setUp({ batchSize: 2 });
    for (const entry of [1, 2, 3, 4, 5]) writer.add(entry);
    await pass(100);
    await pass(100);
    expect(written).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('keeps entries while the target is away, tries again ever more slowly, and loses nothing', async () => {
    const { writer, written, lost, pass, leave, comeBack } = setUp();
    leave();
    writer.add(1);
    await pass(100);
    writer.add(2);
    await pass(100);
    await pass(200);
    expect(written).toEqual([]);
    comeBack();
    await pass(5_000);
    expect(written).toEqual([[1, 2]]);
    expect(lost).toEqual([]);
    expect(writer.backlog).toBe(0);
  });

  it('drops the oldest beyond its capacity, and tells how many', async () => {
    const { writer, written, lost, pass, leave, comeBack } = setUp({ capacity: 3 });
    leave();
    for (const entry of [1, 2, 3, 4, 5]) writer.add(entry);
    await pass(100);
    comeBack();
    await pass(5_000);
    expect(written).toEqual([[3, 4, 5]]);
    expect(lost).toEqual([2]);
  });

  it('writes at once what waits when it is flushed', async () => {
    const { writer, written } = setUp({ batchSize: 2 });
    for (const entry of [1, 2, 3]) writer.add(entry);
    await writer.flush();
    expect(written).toEqual([[1, 2], [3]]);
  });

  it('ends a flush while the target is away', async () => {
    const { writer, written, leave } = setUp();
    leave();
    writer.add(1);
    await writer.flush();
    expect(written).toEqual([]);
    expect(writer.backlog).toBe(1);
  });
});
