/** One thing for each name, made when it is first asked for. */
export interface Remembered<T> {
  get(name: string): T;
  /** What has been made so far. */
  all(): T[];
}

/** Remembers what `make` makes. */
export function remember<T>(make: (name: string) => T): Remembered<T> {
  const made = new Map<string, T>();
  return {
    get(name) {
      const known = made.get(name);
      if (known !== undefined) return known;
      const fresh = make(name);
      made.set(name, fresh);
      return fresh;
    },
    all: () => [...made.values()],
  };
}
