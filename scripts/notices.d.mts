/** Writes THIRD-PARTY-NOTICES.txt at the root; returns how many packages it names. */
export function writeNotices(): number;
