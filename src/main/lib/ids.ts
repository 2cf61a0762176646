import { randomBytes } from 'node:crypto';

/** A fresh id of 16 characters (96 bits of chance), legal as a transaction or request id. */
export function newId(): string {
  return randomBytes(12).toString('base64url');
}
