import type { Dispatcher } from '../../src/main/api/dispatch';
import type { Caller } from '../../src/main/api/pipeline';
import type { Wire } from '../../src/shared/transport';

/**
 * The wire without a wire, for tests: both verbs in one process, but everything makes the journey through JSON, so
 * that nothing passes here which a real wire would lose.
 */
export function createMemoryWire(
  dispatcher: Dispatcher,
  { actor = 'test', role = 'admin' }: Partial<Pick<Caller, 'actor' | 'role'>> = {},
): Wire {
  const caller: Caller = { actor, role, host: 'memory' };
  return {
    invoke: async (operation, input) => overJson(await dispatcher.invoke(operation, overJson(input), caller)),
    subscribe: (feed, input, listener) =>
      dispatcher.subscribe(feed, overJson(input), caller, (event) => listener(overJson(event))),
  };
}

/** A copy by way of JSON. @throws Error naming what JSON cannot carry, where JSON itself would quietly drop it */
function overJson<T>(value: T): T {
  if (value === undefined) return value;
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, converted: unknown) {
    // The value before `toJSON` had its way, which is how a date would slip through.
    const held = this[key];
    if (!isPlain(held)) throw new Error(`"${key}" holds ${describe(held)}, which no wire can carry`);
    return converted;
  });
  return JSON.parse(text) as T;
}

function isPlain(held: unknown): boolean {
  if (typeof held === 'number') return Number.isFinite(held);
  if (typeof held !== 'object' || held === null)
    return ['string', 'boolean', 'undefined'].includes(typeof held) || held === null;
  const prototype: unknown = Object.getPrototypeOf(held);
  return Array.isArray(held) || prototype === Object.prototype || prototype === null;
}

function describe(held: unknown): string {
  return typeof held === 'object' && held !== null ? `a ${held.constructor.name}` : String(held);
}
