/** The largest distance between the distribution of some values and a given one (Kolmogorov and Smirnov). */
export function distanceFrom(values: readonly number[], cdf: (value: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const size = sorted.length;
  return Math.max(
    ...sorted.map((value, index) =>
      Math.max(Math.abs(cdf(value) - index / size), Math.abs(cdf(value) - (index + 1) / size)),
    ),
  );
}

/** The largest distance between the distributions of two sets of values. */
export function distanceBetween(one: readonly number[], other: readonly number[]): number {
  const shareUpTo = (values: readonly number[]) => {
    const sorted = [...values].sort((a, b) => a - b);
    return (limit: number) => {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sorted[middle] ?? Infinity) <= limit) low = middle + 1;
        else high = middle;
      }
      return low / sorted.length;
    };
  };
  const [first, second] = [shareUpTo(one), shareUpTo(other)];
  return Math.max(...[...one, ...other].map((value) => Math.abs(first(value) - second(value))));
}

/** The distance that chance alone exceeds once in a hundred times. */
export function criticalDistance(size: number): number {
  return 1.63 / Math.sqrt(size);
}
