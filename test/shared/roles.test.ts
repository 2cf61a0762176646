import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { feeds, operations } from '@shared/contract';
import { type OperationSpec, type Role, ROLES } from '@shared/contract/define';

/** What lies outside a rule below, each with why that is right. A new operation gets a line here or the role of the rule. */
const COMMANDS_OF_VIEWERS = {
  'connections.open': 'chooses what this page shows; the profile says what may be done there',
  'connection.retry': 'asks for an attempt to connect, which comes by itself anyway',
};
const QUERIES_OF_ADMINS = {
  'connections.test': 'sends kept secrets to the host that the form names',
  'debug.state': 'shows the inside of the process',
};
const SIMULATED = 'concerns simulated people only, and never a production';
const WIDE_COMMANDS_OF_OPERATORS = {
  'transitions.rollback': 'puts back what one transaction did, where nobody has moved since',
  'alarms.snooze': 'moves nobody, and ends by itself',
  'alarms.wake': 'moves nobody',
  'simulator.start': SIMULATED,
  'simulator.stop': SIMULATED,
  'simulator.clear': SIMULATED,
  'simulator.drive': SIMULATED,
  'simulator.strike': SIMULATED,
};
const HARMLESS_IN_SPITE_OF_THEIR_NAME = {
  'simulator.clear': SIMULATED,
  'simulator.remove': 'deletes the report of a run, and nothing in Redis',
};
const WITHOUT_REASON = {
  'cleanup.run': 'does what the sweeper does by itself',
};
const WITHOUT_PREVIEW = {
  'alarms.configure': 'moves nobody, and is undone from its message',
};

const DESTRUCTIVE = /force|remove|clean|clear|repair|rebuild|reset|purge|delete|configure|save/i;

const all: [string, OperationSpec][] = Object.entries(operations);
const commands = all.filter(([, { kind }]) => kind === 'command');
const queries = all.filter(([, { kind }]) => kind === 'query');

const namesOf = (some: typeof all) => some.map(([name]) => name).sort();
const among = (exceptions: object) => Object.keys(exceptions).sort();

function fieldsOf({ input }: OperationSpec): string[] {
  const schema = input instanceof z.ZodDefault ? input.unwrap() : input;
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** Whether a command reaches beyond this process and beyond the one user whom its caller names. */
function isWide([, spec]: (typeof all)[number]): boolean {
  return spec.local !== true && !fieldsOf(spec).includes('user');
}

describe('the role that an operation needs', () => {
  it('is viewer for no command but these', () => {
    const ofViewers = commands.filter(([, { access }]) => access === 'viewer');
    expect(namesOf(ofViewers)).toEqual(among(COMMANDS_OF_VIEWERS));
  });

  it('is viewer for every query and feed but these', () => {
    const ofOthers = queries.filter(([, { access }]) => access !== 'viewer');
    expect(namesOf(ofOthers)).toEqual(among(QUERIES_OF_ADMINS));
    expect(ofOthers.map(([, { access }]) => access)).toEqual(['admin', 'admin']);
    expect(Object.values(feeds).filter(({ access }) => access !== 'viewer')).toEqual([]);
  });

  it('is admin for every command that reaches more than one user, but these', () => {
    const exceptions = commands.filter((one) => isWide(one) && one[1].access !== 'admin');
    expect(namesOf(exceptions)).toEqual(among(WIDE_COMMANDS_OF_OPERATORS));
  });

  it('is admin for every command whose name tells of harm, but these', () => {
    const exceptions = commands.filter(([name, { access }]) => DESTRUCTIVE.test(name) && access !== 'admin');
    expect(namesOf(exceptions)).toEqual(among(HARMLESS_IN_SPITE_OF_THEIR_NAME));
  });
});

describe('a command that only admins may give a deployment', () => {
  const changes = commands.filter(([, { access, local }]) => access === 'admin' && local !== true);

  it('wants a reason, but for these', () => {
    const without = changes.filter(([, spec]) => !fieldsOf(spec).includes('reason'));
    expect(namesOf(without)).toEqual(among(WITHOUT_REASON));
  });

  it('can be previewed, but for these', () => {
    const without = changes.filter(([, spec]) => !fieldsOf(spec).includes('dryRun'));
    expect(namesOf(without)).toEqual(among(WITHOUT_PREVIEW));
  });
});

describe('the roles as operators read of them', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operators.md'), 'utf8');

  /** The operations that stand beside a role. */
  function told(role: Role): string[] {
    const [, text = ''] = new RegExp(`^- \\*\\*${role}\\*\\* ([^]*?)(?=^- |^$)`, 'm').exec(page) ?? [];
    return [...text.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name).sort();
  }

  it.each(ROLES)('name what the role %s adds', (role) => {
    const some = role === 'viewer' ? commands : all;
    expect(told(role)).toEqual(namesOf(some.filter(([, { access }]) => access === role)));
  });
});
