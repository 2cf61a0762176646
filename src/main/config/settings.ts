import { z } from 'zod';
import { DEFAULT_POOL, pool, role } from '@shared/contract/common';
import { profileId } from '@shared/contract/connections';
import { LOG_LEVELS, logLevel } from '@shared/contract/service';
import { readTokens } from '../api/authenticate';

/** Where a setting may come from, and what it must be. Flags win over the environment. */
export interface Setting {
  flag?: string;
  env?: string;
  /** What the flag takes; a setting without it is a switch. */
  value?: string;
  /** For `--no-…`, the switch that says the opposite. */
  negated?: string;
  schema: z.ZodType;
  /** What is allowed, in words, for messages. */
  allowed: string;
  help: string;
  /** Its value is shown nowhere. */
  secret?: true;
  /** A value of the variable that says the same as `--no-…`. */
  none?: RegExp;
}

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const onOff = z
  .string()
  .regex(/^(1|true|yes|on|0|false|no|off)$/i)
  .transform((word) => /^(1|true|yes|on)$/i.test(word));
const list = (item: RegExp) =>
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.string().regex(item)));
const ON_OFF = 'true or false';
const SCENARIO = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Every setting, by the name that it has in `Config`, in the order of the help text. */
export const SETTINGS = {
  browser: {
    flag: 'browser',
    env: 'SWITCHBOARD_BROWSER',
    schema: onOff,
    allowed: ON_OFF,
    help: 'serve the console to a browser, also where a desktop window could open',
  },
  headless: {
    flag: 'headless',
    env: 'SWITCHBOARD_HEADLESS',
    schema: onOff,
    allowed: ON_OFF,
    help: 'serve the matching API without a console',
  },
  port: {
    flag: 'port',
    env: 'SWITCHBOARD_PORT',
    value: 'NUMBER',
    schema: whole(0, 65_535),
    allowed: 'a whole number from 0 to 65535 (0 takes a free one)',
    help: 'where to listen (default 4780)',
  },
  host: {
    flag: 'host',
    env: 'SWITCHBOARD_HOST',
    value: 'ADDRESS',
    schema: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/),
    allowed: 'a host name or an IP address',
    help: 'which address to listen on (default 127.0.0.1)',
  },
  redis: {
    flag: 'redis',
    env: 'REDIS_URL',
    value: 'URL',
    schema: z.string().min(1),
    allowed: 'redis://…, rediss://…, unix:///path, redis+sentinel://… or redis+cluster://…',
    help: 'the Redis to work on (default: a private one whose data is not kept)',
    secret: true,
  },
  connection: {
    flag: 'connection',
    env: 'SWITCHBOARD_CONNECTION',
    value: 'ID',
    schema: profileId,
    allowed: 'the id of a connection: small letters, digits and -',
    help: 'start on a connection that is kept under this id, instead of --redis',
  },
  connectionsFile: {
    env: 'SWITCHBOARD_CONNECTIONS',
    schema: z.string().min(1),
    allowed: 'the path of a file',
    help: 'where the connections are kept (default: connections.json in your configuration folder)',
  },
  pool: {
    flag: 'pool',
    env: 'SWITCHBOARD_POOL',
    value: 'NAME',
    schema: pool,
    allowed: '1 to 32 small letters, digits, - or _',
    help: `the pool to show first (default ${DEFAULT_POOL})`,
  },
  simulate: {
    flag: 'simulate',
    env: 'SWITCHBOARD_SIMULATE',
    value: 'SCENARIO',
    negated: 'no-simulate',
    none: /^(none|off|false|0)$/i,
    schema: z.string().regex(SCENARIO),
    allowed: 'the name of a scenario, such as steady, or none',
    help: 'simulated people to start with (default: steady before a private store, none on a named Redis or headless)',
  },
  role: {
    flag: 'role',
    env: 'SWITCHBOARD_ROLE',
    value: 'ROLE',
    schema: role,
    allowed: 'viewer, operator or admin',
    help: 'what you may do (default: admin in the private store, viewer on a named Redis)',
  },
  actor: {
    flag: 'as',
    env: 'SWITCHBOARD_ACTOR',
    value: 'NAME',
    schema: z.string().regex(/^[\w.@-]{1,64}$/),
    allowed: '1 to 64 letters, digits or . _ @ -',
    help: 'your name in the audit trail, where several people share an account (default: the name of that account)',
  },
  open: {
    negated: 'no-open',
    env: 'SWITCHBOARD_OPEN',
    schema: onOff,
    allowed: ON_OFF,
    help: 'do not open the browser by itself',
  },
  workers: {
    flag: 'workers',
    negated: 'no-workers',
    env: 'SWITCHBOARD_WORKERS',
    schema: onOff,
    allowed: ON_OFF,
    help: 'pair and sweep in this process (default: in the private store and with --headless)',
  },
  cleanUpAtStart: {
    flag: 'clean-up-at-start',
    negated: 'no-clean-up-at-start',
    env: 'SWITCHBOARD_CLEAN_UP_AT_START',
    schema: onOff,
    allowed: ON_OFF,
    help: 'sweep once at the start, also without --workers; a console needs --role for it. The opposite: where it sweeps, give everybody 30 s first to say that they live',
  },
  maxRetries: {
    env: 'REDIS_MAX_RETRIES',
    schema: whole(0, 1_000),
    allowed: 'a whole number from 0 to 1000',
    help: 'attempts to reach Redis before giving up (default 10)',
  },
  connectTimeoutMs: {
    env: 'REDIS_CONNECT_TIMEOUT',
    schema: whole(1, 600_000),
    allowed: 'milliseconds from 1 to 600000',
    help: 'how long connecting may take (default 10000)',
  },
  commandTimeoutMs: {
    env: 'REDIS_COMMAND_TIMEOUT',
    schema: whole(1, 600_000),
    allowed: 'milliseconds from 1 to 600000',
    help: 'how long one command may take (default 5000)',
  },
  logLevel: {
    env: 'SWITCHBOARD_LOG',
    schema: logLevel,
    allowed: LOG_LEVELS.join(', '),
    help: 'how much is logged to standard error (default warn)',
  },
  apiKey: {
    env: 'SWITCHBOARD_API_KEY',
    schema: z.string().min(16),
    allowed: 'at least 16 characters',
    help: 'what callers of the HTTP API must show; it has every right',
    secret: true,
  },
  apiTokens: {
    env: 'SWITCHBOARD_API_TOKENS',
    schema: z.string().transform((text, context) => {
      const { tokens, faults } = readTokens(text);
      for (const message of faults) context.addIssue({ code: 'custom', message });
      return tokens;
    }),
    allowed:
      'name:role:key, separated by commas; a role of viewer, operator, admin; keys of at least 16 characters',
    help: 'further keys of the HTTP API, each with a name and a role',
    secret: true,
  },
  apiOrigins: {
    env: 'SWITCHBOARD_API_ORIGINS',
    schema: list(/^https?:\/\/[^/\s,]+$/),
    allowed: 'origins such as https://app.example, separated by commas',
    help: 'whose pages may call the HTTP API from a browser (default: none)',
  },
  allowedHosts: {
    env: 'SWITCHBOARD_ALLOWED_HOSTS',
    schema: list(/^[A-Za-z0-9.-]+$/),
    allowed: 'host names without a port, separated by commas',
    help: 'names under which this server is reached, beside localhost and IP addresses',
  },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
