import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { SwitchboardError } from '@shared/errors';
import type { SecretStore } from './secret-store';

/** What turns a secret into bytes that only this person's account can turn back. */
export interface Cipher {
  /** Null when it works; else one sentence saying why not and what to do instead. */
  whyNot(): Promise<string | null>;
  /** What the key is kept in, for people: "the keychain of macOS". */
  place(): string;
  encrypt(secret: string): Promise<Buffer>;
  /** @returns whether the bytes should be made anew, because the key has changed */
  decrypt(bytes: Buffer): Promise<{ secret: string; stale: boolean }>;
}

const CONTENT = z.record(z.string(), z.base64());

/**
 * Secrets in one file of encrypted values, readable by its owner only.
 * @param fallback asked for a secret that the file does not have
 */
export function openSecretFile(file: string, cipher: Cipher, fallback: SecretStore): SecretStore {
  // One change after the other: two at once would each write a file without the other's secret.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };

  const change = (edit: (secrets: Map<string, string>) => void) =>
    inTurn(async () => {
      const secrets = await load(file);
      edit(secrets);
      await save(file, secrets);
    });

  const write = async (name: string, secret: string) => {
    const why = await cipher.whyNot();
    if (why !== null) throw new SwitchboardError('secrets_unavailable', why);
    const bytes = await cipher.encrypt(secret);
    await change((secrets) => secrets.set(name, bytes.toString('base64')));
  };

  return {
    async keeping() {
      const why = await cipher.whyNot();
      if (why !== null) return { writable: false, explanation: why };
      return { writable: true, explanation: `Secrets are kept encrypted, with a key in ${cipher.place()}.` };
    },
    async read(name) {
      const kept = (await inTurn(() => load(file))).get(name);
      if (kept === undefined) return fallback.read(name);
      const { secret, stale } = await decrypt(cipher, name, kept);
      // A key that cannot be renewed today still reads; it is tried again at the next reading.
      if (stale) await write(name, secret).catch(() => undefined);
      return secret;
    },
    write,
    async remove(name) {
      const secrets = await inTurn(() => load(file));
      if (secrets.has(name)) await change((kept) => kept.delete(name));
    },
  };
}

async function decrypt(cipher: Cipher, name: string, kept: string) {
  try {
    return await cipher.decrypt(Buffer.from(kept, 'base64'));
  } catch (cause) {
    throw new SwitchboardError(
      'secrets_unavailable',
      `The secret ${name} cannot be decrypted: its key is gone or locked. Unlock the keychain, or enter the secret again.`,
      { name },
      { cause },
    );
  }
}

/** The encrypted secrets of a file; a missing file has none, a damaged one is told of and left as it is. */
async function load(file: string): Promise<Map<string, string>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw unreadable(file, fault);
  }
  try {
    return new Map(Object.entries(CONTENT.parse(JSON.parse(text))));
  } catch (fault) {
    throw unreadable(file, fault);
  }
}

function unreadable(file: string, cause: unknown): SwitchboardError {
  return new SwitchboardError(
    'secrets_unavailable',
    `The file of encrypted secrets cannot be read: ${file}. Mend it, or move it away and enter the secrets again.`,
    { file },
    { cause },
  );
}

async function save(file: string, secrets: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // Whole or not at all: a power cut must not leave half a file.
  await writeFile(`${file}.new`, `${JSON.stringify(Object.fromEntries(secrets), null, 2)}\n`, {
    mode: 0o600,
  });
  await rename(`${file}.new`, file);
}
