import type { JourneyFigures } from '@shared/contract/analytics';
import { formatCount, formatDuration, formatShare } from '../../format';

/** One number of the window beside the same of the time before. */
export interface Comparison {
  label: string;
  now: string;
  /** How it changed: `+12 %`, or empty where nothing can be said. */
  change: string;
  tone: 'good' | 'bad' | undefined;
}

type Kind = 'count' | 'duration' | 'share';

interface Line {
  key: keyof JourneyFigures;
  label: string;
  kind: Kind;
  /** Whether more is better, worse, or neither. */
  more: 'better' | 'worse' | 'neither';
}

const LINES: readonly Line[] = [
  { key: 'serviceLevel', label: 'service level', kind: 'share', more: 'better' },
  { key: 'waitP50Ms', label: 'wait p50', kind: 'duration', more: 'worse' },
  { key: 'waitP95Ms', label: 'wait p95', kind: 'duration', more: 'worse' },
  { key: 'matched', label: 'matched', kind: 'count', more: 'better' },
  { key: 'connectedShare', label: 'of them connected', kind: 'share', more: 'better' },
  { key: 'left', label: 'left unmatched', kind: 'count', more: 'worse' },
  { key: 'leftP50Ms', label: 'left after', kind: 'duration', more: 'neither' },
  { key: 'failed', label: 'failed to connect', kind: 'count', more: 'worse' },
  { key: 'callP50Ms', label: 'call p50', kind: 'duration', more: 'better' },
  { key: 'callP95Ms', label: 'call p95', kind: 'duration', more: 'neither' },
  { key: 'skipped', label: 'skips', kind: 'count', more: 'neither' },
  { key: 'ended', label: 'ends', kind: 'count', more: 'neither' },
  { key: 'vanished', label: 'vanished', kind: 'count', more: 'worse' },
  { key: 'refused', label: 'refused requests', kind: 'count', more: 'worse' },
];

/** Below this a change is called none. */
const NOTICEABLE = 0.02;

const FORMATS: Record<Kind, (value: number | null) => string> = {
  count: formatCount,
  duration: formatDuration,
  share: formatShare,
};

/** The window's numbers, each beside the time before. */
export function compare(window: JourneyFigures, before: JourneyFigures | null): Comparison[] {
  return LINES.map(({ key, label, kind, more }) => {
    const now = window[key];
    const then = before?.[key] ?? null;
    return { label, now: FORMATS[kind](now), ...changeOf(now, then, kind, more) };
  });
}

function changeOf(
  now: number | null,
  then: number | null,
  kind: Kind,
  more: Line['more'],
): Pick<Comparison, 'change' | 'tone'> {
  if (now === null || then === null || then === 0) return { change: '', tone: undefined };
  const part = kind === 'share' ? now - then : now / then - 1;
  if (Math.abs(part) < NOTICEABLE) return { change: 'as before', tone: undefined };
  const amount = `${part > 0 ? '+' : '−'}${Math.round(Math.abs(part) * 100)}`;
  const change = kind === 'share' ? `${amount} points` : `${amount} %`;
  if (more === 'neither') return { change, tone: undefined };
  return { change, tone: part > 0 === (more === 'better') ? 'good' : 'bad' };
}
