import type { SecretStore } from '../../src/main/lib/secret-store';

/** Secrets in memory, for tests; `writable: false` is a machine without a keychain. */
export function memorySecrets(
  given: Record<string, string> = {},
  { writable = true } = {},
): SecretStore & { readonly kept: Map<string, string> } {
  const kept = new Map(Object.entries(given));
  return {
    kept,
    keeping: () => Promise.resolve({ writable, explanation: 'kept in the memory of a test' }),
    read: (name) => Promise.resolve(kept.get(name) ?? null),
    write: (name, secret) => Promise.resolve(void kept.set(name, secret)),
    remove: (name) => Promise.resolve(void kept.delete(name)),
  };
}
