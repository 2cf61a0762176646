import { expect, it } from 'vitest';
import { type Command, refusalOf, type Situation } from '../../../src/renderer/commands/command';
import {
  editMetadata,
  forceUsers,
  moveUser,
  removeUsers,
} from '../../../src/renderer/commands/user-commands';

const situation: Situation = {
  role: 'admin',
  consoleRole: 'admin',
  readOnly: false,
  replica: false,
  stale: null,
  denied: new Map(),
};
const refusalsFor = (...users: string[]) => {
  const [user = ''] = users;
  const whom = { pool: 'default', choice: { kind: 'users', users } } as const;
  const commands: Command[] = [
    moveUser('default', user, 'IDLE', 'WAITING'),
    editMetadata({ pool: 'default', user, field: '', text: '' }),
    forceUsers(whom),
    removeUsers(whom),
  ];
  return commands.map((command) => refusalOf(command, situation));
};

it('refuses every action on a user whose id is against the rule, and says what helps', () => {
  for (const refusal of refusalsFor('user:7'))
    expect(refusal).toMatch(/^No action takes this id: .*no blanks, colons.*Repair all…/);
  expect(refusalsFor('user-7')).toEqual([null, null, null, null]);
});

it('takes such a user among others, who are acted on without it', () => {
  expect(refusalsFor('user-7', 'user:7')).toEqual([null, null, null, null]);
});
