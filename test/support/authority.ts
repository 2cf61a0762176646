import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority of the test's own, with a certificate for a server on localhost and one for a client; PEM files. */
export interface AuthorityFiles {
  folder: string;
  ca: string;
  serverCert: string;
  serverKey: string;
  clientCert: string;
  clientKey: string;
  /** Certificates for the same keys that have expired. */
  expiredServerCert: string;
  expiredClientCert: string;
  /** The client's key once more, encrypted with the passphrase. */
  encryptedClientKey: string;
  passphrase: string;
  remove(): void;
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAYS = '2';
const EXPIRED_DAYS = '-1';

/** Makes them with openssl. @throws Error when this machine has no openssl. */
export function makeAuthority(): AuthorityFiles {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-test-authority-'));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore', cwd: folder });
  const passphrase = 'open sesame';

  openssl(
    'req',
    '-x509',
    ...CURVE,
    '-days',
    DAYS,
    '-subj',
    '/CN=Test authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  writeFileSync(file('names'), 'subjectAltName=DNS:localhost');
  for (const who of ['server', 'client']) {
    openssl('req', ...CURVE, '-subj', `/CN=${who}`, '-keyout', `${who}.key`, '-out', `${who}.csr`);
    const names = who === 'server' ? ['-extfile', 'names'] : [];
    const sign = (days: string, out: string) =>
      openssl(
        ...['x509', '-req', '-in', `${who}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-days', days, '-out', out, ...names],
      );
    sign(DAYS, `${who}.pem`);
    sign(EXPIRED_DAYS, `${who}-expired.pem`);
  }
  openssl(
    'pkcs8',
    '-topk8',
    '-in',
    'client.key',
    '-out',
    'client-encrypted.key',
    '-passout',
    `pass:${passphrase}`,
  );
  return {
    folder,
    ca: file('ca.pem'),
    serverCert: file('server.pem'),
    serverKey: file('server.key'),
    clientCert: file('client.pem'),
    clientKey: file('client.key'),
    expiredServerCert: file('server-expired.pem'),
    expiredClientCert: file('client-expired.pem'),
    encryptedClientKey: file('client-encrypted.key'),
    passphrase,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
