import {
  CONNECTING_LIMIT_MS,
  DISCONNECTING_LIMIT_MS,
  type Overview,
  SERVICE_TARGET,
} from '@shared/contract/overview';
import type { State } from '@shared/states';
import { formatAge, formatCount } from '../../format';

/** The one further figure that matters in a state, in words. */
export function footnote(overview: Overview, state: State): { text: string; alarming: boolean } {
  const { oldestSince, medianAgeMs, count } = overview.states[state];
  const oldestMs = oldestSince === null ? null : overview.at - oldestSince;
  if (count === 0) return { text: 'nobody', alarming: false };
  switch (state) {
    case 'IDLE':
      return { text: `oldest ${formatAge(oldestMs)}`, alarming: false };
    case 'WAITING':
      return {
        text: `longest ${formatAge(oldestMs)}`,
        alarming: oldestMs !== null && oldestMs > 2 * SERVICE_TARGET.withinMs,
      };
    case 'CONNECTING':
      return stuck(overview.stuck.connecting, CONNECTING_LIMIT_MS);
    case 'IN_CALL':
      return { text: `median ${formatAge(medianAgeMs)}`, alarming: false };
    case 'DISCONNECTING':
      return stuck(overview.stuck.disconnecting, DISCONNECTING_LIMIT_MS);
  }
}

function stuck(count: number, limitMs: number): { text: string; alarming: boolean } {
  if (count === 0) return { text: 'none stuck', alarming: false };
  return { text: `${formatCount(count)} over ${formatAge(limitMs)}`, alarming: true };
}
