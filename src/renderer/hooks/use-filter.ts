import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/** Sets fields of a filter; an empty text takes one away. */
export type ChangeFilter<Field extends string> = (changes: Partial<Record<Field, string>>) => void;

/** The filter of a screen. It stands in the address, so that a link or a reload brings the same. */
export function useFilter<Field extends string>(): [URLSearchParams, ChangeFilter<Field>] {
  const [search, setSearch] = useSearchParams();
  const change = useCallback<ChangeFilter<Field>>(
    (changes) =>
      setSearch(
        (now) => {
          for (const [field, value] of Object.entries<string | undefined>(changes)) {
            if (value) now.set(field, value);
            else now.delete(field);
          }
          return now;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return [search, change];
}
