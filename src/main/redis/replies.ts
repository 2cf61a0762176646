/** A member of a sorted set with its score. */
export interface Scored {
  member: string;
  score: number;
}

/** Members and scores of a sorted set, which arrive flat or in pairs depending on the protocol. */
export function readScored(reply: unknown): Scored[] {
  const flat = (reply as unknown[]).flat() as (string | number)[];
  return Array.from({ length: flat.length / 2 }, (_, index) => ({
    member: String(flat[index * 2]),
    score: Number(flat[index * 2 + 1]),
  }));
}

/** A hash, which arrives flat or as an object depending on the protocol. */
export function readHash(reply: unknown): Record<string, string> {
  if (!Array.isArray(reply)) return { ...(reply as Record<string, string>) };
  const flat = reply.flat() as string[];
  return Object.fromEntries(
    Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2] ?? '', flat[index * 2 + 1] ?? '']),
  );
}

/** One step of SCAN, SSCAN or ZSCAN: where to go on ('0' at the end), and what was found. */
export function readScan(reply: unknown): { cursor: string; items: string[] } {
  const [cursor, items] = reply as [string | number, unknown[]];
  return { cursor: String(cursor), items: items.flat().map(String) };
}
