import { randomBytes } from 'node:crypto';

/** Four characters that tell a few runs apart, for people to read. */
export function newTag(): string {
  return randomBytes(2).toString('hex');
}

/** A fresh id of 16 characters (96 bits of chance), legal as a transaction or request id. */
export function newId(): string {
  return randomBytes(12).toString('base64url');
}
