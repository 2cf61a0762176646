import { app, safeStorage } from 'electron';
import { environmentSecrets } from '../lib/environment-secrets';
import { type Cipher, openSecretFile } from '../lib/secret-file';
import type { SecretStore } from '../lib/secret-store';

/**
 * Secrets encrypted with a key that the system's keychain keeps (Keychain of macOS, DPAPI of Windows, libsecret or
 * KWallet of Linux). Where there is none, nothing is kept, and the explanation says so; the environment is read as well.
 * @param file where the encrypted values are
 */
export function openKeychain(file: string, env: NodeJS.ProcessEnv): SecretStore {
  return openSecretFile(file, KEYCHAIN, environmentSecrets(env));
}

const INSTEAD =
  'Switchboard keeps no secret here; give it in the environment (SWITCHBOARD_SECRET_…), or start a keyring.';

const KEYCHAIN: Cipher = {
  async whyNot() {
    await app.whenReady();
    // "basic_text" is encryption with a password that everybody knows.
    if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
      return `This desktop session has no keyring (libsecret or KWallet). ${INSTEAD}`;
    if (!(await safeStorage.isAsyncEncryptionAvailable()))
      return `The keychain of this system is not available. ${INSTEAD}`;
    return null;
  },
  place() {
    switch (process.platform) {
      case 'darwin':
        return 'the keychain of macOS';
      case 'win32':
        return 'the data protection of Windows';
      default:
        return `the keyring of this session (${safeStorage.getSelectedStorageBackend()})`;
    }
  },
  async encrypt(secret) {
    await app.whenReady();
    return safeStorage.encryptStringAsync(secret);
  },
  async decrypt(bytes) {
    await app.whenReady();
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(bytes);
    return { secret: result, stale: shouldReEncrypt };
  },
};
