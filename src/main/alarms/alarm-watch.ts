import type { FeedEvent } from '@shared/contract';
import { ALARM_KINDS, type Alarm } from '@shared/contract/alarms';
import type { Health } from '@shared/contract/session';
import type { PoolEngine } from '../engine/engine';
import { AlarmBook, type AlarmPage } from './alarm-book';
import { judge, judgementAt, type Judgements, type LevelChange, nothingJudged } from './judge';
import { type KeptAlarm, LEASE_MS } from './keep-alarms';
import { measure, RECENT_MINUTES } from './measure';

export type AlarmEvent = FeedEvent<'alarms'>;

export interface AlarmWatchOptions {
  pool: Pick<PoolEngine, 'context' | 'overview' | 'statistics'>;
  health: () => Health;
  /** Names this process among those that look at the same Redis. */
  judge: string;
  /** Write nothing: show what others have judged, and judge for oneself alone where nobody does. */
  readOnly: boolean;
}

/**
 * The alarms of one pool. However many consoles look at a deployment, one of their processes judges and writes state
 * and history; the others show what it wrote, and one of them takes over when it has been silent for ten seconds.
 */
export class AlarmWatch {
  readonly book: AlarmBook;
  private judgements: Judgements | null = null;

  constructor(private readonly options: AlarmWatchOptions) {
    this.book = new AlarmBook(options.pool.context);
  }

  /** One look: judges where it is this process's turn, and tells how things stand. */
  async look(): Promise<AlarmEvent> {
    const page = await this.book.read();
    const { judge: me } = this.options;
    if (page.judged && page.judged.by !== me && page.at - page.judged.at < LEASE_MS) {
      this.judgements = null;
      return this.tell(page, keptOf(page.judged));
    }
    const { alarms, changes, judgements } = await this.judge(page);
    if (!this.options.readOnly && (await this.book.keep(me, alarms, changes)) === 'other') {
      // Somebody else was faster: the next look shows what they wrote.
      this.judgements = null;
    } else {
      this.judgements = judgements;
    }
    return this.tell(page, alarms);
  }

  private async judge({ at, rules, judged }: AlarmPage): Promise<{
    alarms: KeptAlarm[];
    changes: LevelChange[];
    judgements: Judgements;
  }> {
    const { pool, health, readOnly } = this.options;
    const [reading, { points }] = await Promise.all([
      pool.overview.read({ newest: 0 }),
      pool.statistics.trends(RECENT_MINUTES),
    ]);
    const values = measure({ reading, minutes: points, health: health() });
    // A Redis that was emptied begins anew; only whoever writes nothing there goes by what it remembers itself.
    const remembered = judged !== null || readOnly ? this.judgements : null;
    const before = remembered ?? takeOver(judged);
    const { judgements, changes } = judge(rules, before, values, at);
    const alarms = ALARM_KINDS.map((kind) => {
      const { level, since } = judgements[kind];
      return { kind, level, since, value: values[kind] };
    });
    return { alarms, changes, judgements };
  }

  private tell({ at, rules, usual, snoozes }: AlarmPage, kept: readonly KeptAlarm[]): AlarmEvent {
    const alarms: Alarm[] = kept.map((each) => ({ ...each, snooze: snoozes[each.kind] ?? null }));
    return { pool: this.options.pool.context.keys.pool, at, rules, usual, alarms };
  }
}

function keptOf({ alarms }: NonNullable<AlarmPage['judged']>): KeptAlarm[] {
  return ALARM_KINDS.map((kind) => ({ kind, ...alarms[kind] }));
}

/** Goes on where another process, or this one before a restart, has stopped. */
function takeOver(judged: AlarmPage['judged']): Judgements {
  if (!judged) return nothingJudged();
  const entries = ALARM_KINDS.map((kind) => {
    const { level, since } = judged.alarms[kind];
    return [kind, judgementAt(level, since)] as const;
  });
  return Object.fromEntries(entries) as Judgements;
}
