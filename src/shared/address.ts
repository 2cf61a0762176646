/**
 * Whom a call is for. A process may have several deployments open, one for each page; a page says with each call which
 * one it shows, as `<deployment>/<name>`. A name alone is for the deployment that the process was started on.
 */
export interface CallAddress {
  /** The id of an open deployment; null for the first one. */
  deployment: string | null;
  /** The operation or feed. */
  name: string;
}

/** Puts an address into one text, as wires carry it. */
export function writeAddress({ deployment, name }: CallAddress): string {
  return deployment === null ? name : `${deployment}/${name}`;
}

/** Reads what a wire carried; anything may stand there. */
export function readAddress(text: string): CallAddress {
  const slash = text.indexOf('/');
  return slash < 0
    ? { deployment: null, name: text }
    : { deployment: text.slice(0, slash), name: text.slice(slash + 1) };
}
