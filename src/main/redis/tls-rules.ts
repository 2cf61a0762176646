import type { ErrorRule } from './error-rules';

/** Words of our own for what no error of the system tells apart. */
export const TLS_FAULTS = {
  silent: 'ERR_TLS_SILENT the server does not answer the handshake',
  ended: 'ERR_TLS_ENDED the server ended the connection after the handshake',
  only: 'ERR_TLS_ONLY the server speaks nothing else',
} as const;

const inTls = (pattern: RegExp, say: ErrorRule['say']): ErrorRule => ({ code: 'redis_tls', pattern, say });

/** Failures of encryption: by Node's code for what we refuse, by the words of the alert for what the server refuses. */
export const TLS_RULES: readonly ErrorRule[] = [
  // The server's certificate, which we judge
  inTls(
    /CERT_HAS_EXPIRED/,
    ({ address }) =>
      `The certificate of ${address} has expired. Have it renewed; if it was, look at the clock of this machine.`,
  ),
  inTls(
    /CERT_NOT_YET_VALID/,
    ({ address }) =>
      `The certificate of ${address} is not valid yet. Look at the clock of this machine, then at the certificate.`,
  ),
  inTls(
    /ALTNAME_INVALID/,
    ({ address }, reply) =>
      `The certificate of ${address} was made for another name: ${reply.replace(/^.*?altnames: /, '')}. Connect by a name that it has, or give that one as the name in its certificate.`,
  ),
  inTls(
    /SELF_SIGNED|UNABLE_TO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA/,
    ({ address }, reply) =>
      `The certificate of ${address} is not from an authority that is trusted here (${reply}). Name the file of its authority in the connection, or in NODE_EXTRA_CA_CERTS.`,
  ),
  // Ours, which the server judges
  inTls(
    /certificate required/,
    ({ address }) =>
      `Redis at ${address} demands a certificate of ours, and got none. Name our certificate and its key in the connection.`,
  ),
  inTls(
    /alert certificate expired/,
    ({ address }) =>
      `Redis at ${address} refuses our certificate, because it has expired. Have it renewed; if it was, look at the clock of the server.`,
  ),
  inTls(
    /alert (unknown ca|bad certificate|decrypt error|certificate unknown|certificate revoked|unsupported certificate|access denied)/,
    ({ address }, reply) =>
      `Redis at ${address} refuses our certificate (${reply}). Have it signed by an authority that the server trusts (its tls-ca-cert-file).`,
  ),
  inTls(
    /ERR_TLS_ENDED/,
    ({ address }) =>
      `Redis at ${address} ended the connection after the handshake. As a rule it demands a certificate of ours, or another one than it got.`,
  ),
  // Our key
  inTls(
    /key values mismatch/i,
    ({ address }) =>
      `No encrypted connection to ${address} was tried, because our key does not belong to our certificate. Name the key with which that certificate was requested.`,
  ),
  inTls(
    /bad decrypt|bad password read|interrupted or cancelled/i,
    ({ address }) =>
      `No encrypted connection to ${address} was tried, because our key cannot be read: its passphrase is missing or wrong. Correct it.`,
  ),
  // How both speak
  inTls(
    /ERR_TLS_ONLY/,
    ({ address }) =>
      `What listens at ${address} takes encrypted connections only. Switch TLS on (the address begins with rediss:// then), or use the port for plain ones.`,
  ),
  inTls(
    /ERR_TLS_SILENT/,
    ({ address }) =>
      `What listens at ${address} does not answer a TLS handshake. Use the port for encrypted connections (tls-port), or switch TLS off; if the port is right, the server hangs.`,
  ),
  inTls(
    /wrong version number/,
    ({ address }) =>
      `What listens at ${address} does not speak TLS. Use the port for encrypted connections (tls-port), or switch TLS off.`,
  ),
  inTls(
    /disconnected before secure/,
    ({ address }) =>
      `What listens at ${address} hung up during the handshake. Check that it speaks TLS on this port; a Redis without room for another client (maxclients) does so too.`,
  ),
  inTls(
    /alert (protocol version|handshake failure|insufficient security)|unsupported protocol|no shared cipher|no protocols available/i,
    ({ address }, reply) =>
      `No way of encrypting was found that ${address} and this machine both allow (${reply}). Let the server allow TLS 1.2 or 1.3 (tls-protocols, tls-ciphers), and give it a certificate of ours if it demands one.`,
  ),
  inTls(
    /ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|_CERT|certificate|TLS|SSL/,
    ({ address }, reply) =>
      `No encrypted connection to ${address} could be made: ${reply}. Check that the server speaks TLS on this port, and that each side trusts the other's certificate.`,
  ),
];
