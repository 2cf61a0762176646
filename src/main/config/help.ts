import { type Setting, SETTINGS } from './settings';

/** What `--help` prints. */
export function helpText(): string {
  const rows = Object.values<Setting>(SETTINGS).map(({ flag, value, negated, env, help }) => {
    const names = [flag && `--${flag}${value ? ` ${value}` : ''}`, negated && `--${negated}`].filter(Boolean);
    return { left: names.join(', '), env: env ?? '', help };
  });
  const flags = rows.filter(({ left }) => left);
  const width = Math.max(...flags.map(({ left }) => left.length));
  const envWidth = Math.max(...rows.map(({ env }) => env.length));
  return [
    'Switchboard: the operations console for real-time matching queues on Redis.',
    '',
    'Usage: npm start -- [flags]        or: switchboard [flags]',
    '',
    ...flags.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`),
    `  ${'--help'.padEnd(width)}  this text`,
    '',
    'The same by environment; a flag wins:',
    '',
    ...rows.filter(({ env }) => env).map(({ env, help }) => `  ${env.padEnd(envWidth)}  ${help}`),
  ].join('\n');
}
