import { type Attention, SERVICE_TARGET, type TrendPoint } from '@shared/contract/overview';
import type { Health } from '@shared/contract/session';
import type { OverviewReading } from '../engine/overview';

/** What is looked at to tell what wants a person's eye. */
export interface AttentionFacts {
  reading: Pick<OverviewReading, 'states' | 'stuck'>;
  /** Users in two states. */
  split: readonly string[];
  /** The last minutes, one by one, oldest first. */
  minutes: readonly TrendPoint[];
  health: Pick<Health, 'roundTripMs' | 'since'>;
  /** What the last integrity scan found. */
  findings: readonly Attention[];
}

/** A round trip beyond which numbers and actions are felt to lag. */
const SLOW_MS = 100;
/** Fewer matches than this say nothing about the service level. */
const ENOUGH_MATCHES = 10;
/** The service level is judged over the last so many minutes. */
const RECENT = 5;

const RANK = { critical: 0, warning: 1, info: 2, good: 3 } as const;

/** What wants a person's eye now, worst first. */
export function findAttention(facts: AttentionFacts): Attention[] {
  const found = [
    ...splitUsers(facts),
    ...stuck(facts),
    ...serviceLevel(facts.minutes),
    ...redisSlow(facts),
    ...facts.findings.filter(({ kind, count }) => count > 0 && kind !== 'split-users'),
  ];
  return found.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** The scan looks at everybody but ages; the sample is new but small: the larger number is nearer the truth. */
function splitUsers({ split, findings }: AttentionFacts): Attention[] {
  const scanned = findings.find(({ kind }) => kind === 'split-users');
  if (scanned && scanned.count > split.length) return [scanned];
  if (split.length === 0) return [];
  return [
    {
      kind: 'split-users',
      severity: 'critical',
      count: split.length,
      since: scanned?.since ?? null,
      example: split[0] ?? null,
    },
  ];
}

function stuck({ reading: { states, stuck } }: AttentionFacts): Attention[] {
  const items: Attention[] = [
    {
      kind: 'stuck-connecting',
      severity: 'warning',
      count: stuck.connecting,
      since: states.CONNECTING.oldestSince,
      example: states.CONNECTING.oldestUser,
    },
    {
      kind: 'stuck-disconnecting',
      severity: 'warning',
      count: stuck.disconnecting,
      since: states.DISCONNECTING.oldestSince,
      example: states.DISCONNECTING.oldestUser,
    },
    {
      kind: 'stale-heartbeats',
      severity: 'info',
      count: stuck.staleHeartbeats,
      since: stuck.quietestSince,
      example: stuck.quietestUser,
    },
  ];
  return items.filter(({ count }) => count > 0);
}

/** Below the target over the last minutes, or just back above it. */
function serviceLevel(minutes: readonly TrendPoint[]): Attention[] {
  const recent = minutes.slice(-RECENT);
  const matched = recent.reduce((sum, minute) => sum + minute.matched, 0);
  if (matched < ENOUGH_MATCHES) return [];
  const late = recent.reduce((sum, minute) => sum + minute.matched * (1 - (minute.serviceLevel ?? 1)), 0);
  const item = { kind: 'service-level', count: Math.round(late), example: null } as const;
  const met = 1 - late / matched >= SERVICE_TARGET.share;
  const turned = minutes.findLastIndex((minute) => isBelow(minute) !== !met);
  const since = minutes[turned + 1]?.at ?? null;
  if (!met) return [{ ...item, severity: 'warning', since }];
  return minutes.some(isBelow) ? [{ ...item, severity: 'good', since }] : [];
}

function isBelow({ serviceLevel }: TrendPoint): boolean {
  return serviceLevel !== null && serviceLevel < SERVICE_TARGET.share;
}

function redisSlow({ health: { roundTripMs } }: AttentionFacts): Attention[] {
  if (roundTripMs === null || roundTripMs <= SLOW_MS) return [];
  return [{ kind: 'redis-slow', severity: 'warning', count: 1, since: null, example: null }];
}
