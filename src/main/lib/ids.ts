import { randomBytes, randomFillSync } from 'node:crypto';

const ID_BYTES = 12;

/** Chance for the next ids: asking the system for each one by itself costs more than the rest of a small request. */
const reserve = Buffer.alloc(ID_BYTES * 128);
let used = reserve.length;

/** Four characters that tell a few runs apart, for people to read. */
export function newTag(): string {
  return randomBytes(2).toString('hex');
}

/** A fresh id of 16 characters (96 bits of chance), legal as a transaction or request id. */
export function newId(): string {
  if (used === reserve.length) {
    randomFillSync(reserve);
    used = 0;
  }
  used += ID_BYTES;
  return reserve.toString('base64url', used - ID_BYTES, used);
}
