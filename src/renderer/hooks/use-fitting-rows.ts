import { type RefObject, useLayoutEffect, useState } from 'react';

/**
 * How many whole rows of a height fit into an element, so that none is cut in half.
 * @param headerPx what stands above the rows inside the element
 */
export function useFittingRows(
  element: RefObject<HTMLElement | null>,
  rowPx: number,
  headerPx: number,
): number {
  const [rows, setRows] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => setRows(Math.max(1, Math.floor((target.clientHeight - headerPx) / rowPx)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, rowPx, headerPx]);
  return rows;
}
