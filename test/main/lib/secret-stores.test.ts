import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentSecrets, secretVariable } from '../../../src/main/lib/environment-secrets';
import { type Cipher, openSecretFile } from '../../../src/main/lib/secret-file';

/** A cipher that anybody can read: what is tested here is the keeping, not the cipher. */
class MirrorCipher implements Cipher {
  reason: string | null = null;
  stale = false;
  broken = false;
  encryptions = 0;

  whyNot = () => Promise.resolve(this.reason);
  place = () => 'a mirror';
  encrypt(secret: string) {
    this.encryptions += 1;
    return Promise.resolve(Buffer.from(mirrored(secret)));
  }
  decrypt(bytes: Buffer) {
    if (this.broken) return Promise.reject(new Error('no key'));
    return Promise.resolve({ secret: mirrored(bytes.toString()), stale: this.stale });
  }
}

const mirrored = (text: string) => [...text].reverse().join('');

describe('secrets in the environment', () => {
  it('are read from the variable of their name', async () => {
    const secrets = environmentSecrets({ SWITCHBOARD_SECRET_STAGING_EU_PASSWORD: 'hunter2', EMPTY: '' });
    expect(await secrets.read('staging-eu.password')).toBe('hunter2');
    expect(await secrets.read('other.password')).toBeNull();
    expect(secretVariable('staging-eu.password')).toBe('SWITCHBOARD_SECRET_STAGING_EU_PASSWORD');
  });

  it('are not kept, and the refusal names the variable to set', async () => {
    const secrets = environmentSecrets({});
    expect(await secrets.keeping()).toMatchObject({ writable: false });
    await expect(secrets.write('staging.password', 'hunter2')).rejects.toMatchObject({
      code: 'secrets_unavailable',
      message: expect.stringContaining('SWITCHBOARD_SECRET_STAGING_PASSWORD') as string,
    });
    await secrets.remove('staging.password');
  });
});

describe('secrets in a file', () => {
  let folder: string;
  let file: string;
  let cipher: MirrorCipher;
  const open = () =>
    openSecretFile(file, cipher, environmentSecrets({ SWITCHBOARD_SECRET_FROM_OUTSIDE: 'given' }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'switchboard-secrets-'));
    file = join(folder, 'secrets.json');
    cipher = new MirrorCipher();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('survive a restart, never stand there in clear, and are for their owner only', async () => {
    await open().write('staging.password', 'hunter2');
    expect(await open().read('staging.password')).toBe('hunter2');
    expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('are all there when many are written at once', async () => {
    const secrets = open();
    const names = Array.from({ length: 20 }, (_, index) => `profile-${index}`);
    await Promise.all(names.map((name) => secrets.write(name, `secret of ${name}`)));
    for (const name of names) expect(await secrets.read(name)).toBe(`secret of ${name}`);
  });

  it('can be forgotten one by one', async () => {
    const secrets = open();
    await secrets.write('a', 'one');
    await secrets.write('b', 'two');
    await secrets.remove('a');
    await secrets.remove('never-there');
    expect([await secrets.read('a'), await secrets.read('b')]).toEqual([null, 'two']);
  });

  it('may have names that objects have', async () => {
    const secrets = open();
    expect(await secrets.read('constructor')).toBeNull();
    await secrets.write('constructor', 'kept');
    expect(await secrets.read('constructor')).toBe('kept');
  });

  it('come from the environment when the file has none of the name', async () => {
    expect(await open().read('from.outside')).toBe('given');
  });

  it('are refused without a keychain, in the words of the keychain, and nothing is written', async () => {
    cipher.reason = 'There is no keyring.';
    expect(await open().keeping()).toEqual({ writable: false, explanation: 'There is no keyring.' });
    await expect(open().write('a', 'one')).rejects.toMatchObject({
      code: 'secrets_unavailable',
      message: 'There is no keyring.',
    });
    expect(() => statSync(file)).toThrow();
  });

  it('are encrypted anew when the key has changed', async () => {
    await open().write('a', 'one');
    cipher.stale = true;
    expect(await open().read('a')).toBe('one');
    expect(cipher.encryptions).toBe(2);
  });

  it('that cannot be decrypted are told of, without their content', async () => {
    await open().write('a', 'one');
    cipher.broken = true;
    await expect(open().read('a')).rejects.toMatchObject({
      code: 'secrets_unavailable',
      details: { name: 'a' },
    });
  });

  it.each(['{"a": ', '{"a": 7}', '[]'])(
    'stay where they are when the file is damaged: %s',
    async (damaged) => {
      writeFileSync(file, damaged);
      await expect(open().read('a')).rejects.toMatchObject({
        code: 'secrets_unavailable',
        details: { file },
      });
      await expect(open().write('a', 'one')).rejects.toMatchObject({ code: 'secrets_unavailable' });
      expect(readFileSync(file, 'utf8')).toBe(damaged);
    },
  );
});
