import { useEffect, useRef, useState } from 'react';
import type { ChartRow } from '../charts/trend-series';

/** How often values follow in rows that are shown already: of a row that stands for a minute, more would hardly be seen. */
const EVERY_MS = 5_000;

/**
 * The rows of a chart that follows a feed: new rows at once, new values of the same rows every few seconds, because
 * drawing them costs tens of milliseconds.
 */
export function useCalmRows(rows: readonly ChartRow[]): readonly ChartRow[] {
  const newest = useRef(rows);
  const [calm, setCalm] = useState(rows);
  useEffect(() => {
    newest.current = rows;
  }, [rows]);
  useEffect(() => {
    const timer = setInterval(() => setCalm(newest.current), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (isOfSameTimes(calm, rows)) return calm;
  setCalm(rows);
  return rows;
}

function isOfSameTimes(one: readonly ChartRow[], other: readonly ChartRow[]): boolean {
  return one.length === other.length && one[0]?.at === other[0]?.at && one.at(-1)?.at === other.at(-1)?.at;
}
