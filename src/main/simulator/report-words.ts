/** A report is read anywhere: thousands are set off as in English. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** A length of time in ms: `42.0 s`, `20 m 21.6 s`. */
export function seconds(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const rest = `${((ms - minutes * 60_000) / 1_000).toFixed(1)} s`;
  return minutes === 0 ? rest : `${minutes} m ${rest}`;
}

/** Text as it may stand in HTML. */
export function escape(text: string): string {
  const named: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (found) => named[found] ?? found);
}
