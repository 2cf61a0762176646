import { WIRE_GLOBAL, type Wire } from '@shared/transport';

/** The wire that the preload of the desktop window put into this page, or null in a browser. */
export function findIpcWire(page: object): Wire | null {
  const candidate: unknown = Reflect.get(page, WIRE_GLOBAL);
  return isWire(candidate) ? candidate : null;
}

function isWire(candidate: unknown): candidate is Wire {
  return (
    typeof candidate === 'object' && candidate !== null && 'invoke' in candidate && 'subscribe' in candidate
  );
}
