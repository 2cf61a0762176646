import {
  type Attention,
  CONNECTING_LIMIT_MS,
  DISCONNECTING_LIMIT_MS,
  HEARTBEAT_LIMIT_MS,
  SERVICE_TARGET,
} from '@shared/contract/overview';
import { formatAge, formatThings } from '../../format';

/** What a finding says to a person. */
export function describeAttention(item: Attention): { title: string; detail: string } {
  const users = formatThings(item.count, 'user');
  const example = item.example === null ? '' : item.example;
  switch (item.kind) {
    case 'split-users':
      return { title: `${users} in two states at once`, detail: example };
    case 'alone-in-call':
      return { title: `${users} alone in a call`, detail: example };
    case 'stuck-connecting':
      return { title: `${users} in CONNECTING over ${formatAge(CONNECTING_LIMIT_MS)}`, detail: example };
    case 'stuck-disconnecting':
      return {
        title: `${users} in DISCONNECTING over ${formatAge(DISCONNECTING_LIMIT_MS)}`,
        detail: example,
      };
    case 'stale-heartbeats':
      return {
        title: `${formatThings(item.count, 'heartbeat')} older than ${formatAge(HEARTBEAT_LIMIT_MS)}`,
        detail: example,
      };
    case 'service-level':
      return serviceLevel(item);
    case 'redis-slow':
      return { title: 'Redis answers slowly', detail: 'numbers and actions lag behind' };
  }
}

function serviceLevel(item: Attention): { title: string; detail: string } {
  const target = `${Math.round(SERVICE_TARGET.share * 100)} %`;
  if (item.severity === 'good') return { title: `Service level back above ${target}`, detail: '' };
  return {
    title: `Service level below ${target}`,
    detail: `${formatThings(item.count, 'match', 'matches')} took longer than ${SERVICE_TARGET.withinMs / 1000} s`,
  };
}
