const waiting = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Does pieces of work one after the other, each in a task of its own, so that what several charts have to do at the same
 * moment does not become one long task. Returns what takes the piece back.
 */
export function inTurn(work: () => void): () => void {
  waiting.add(work);
  wake();
  return () => {
    waiting.delete(work);
  };
}

function wake(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    if (waiting.size > 0) wake();
    next();
  });
}
