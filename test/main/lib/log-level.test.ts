import { expect, it } from 'vitest';
import { createLogger } from '../../../src/main/lib/log';

it('changes how much is logged while it runs, in the loggers made from it too', () => {
  const log = createLogger('warn');
  const child = log.child({ part: 'engine' });
  const grandchild = child.child({ pool: 'eu' });
  expect([log, child, grandchild].map((one) => one.isLevelEnabled('debug'))).toEqual([false, false, false]);
  log.level = 'debug';
  expect([log, child, grandchild].map((one) => one.isLevelEnabled('debug'))).toEqual([true, true, true]);
  log.level = 'error';
  expect([log, child, grandchild].map((one) => one.isLevelEnabled('warn'))).toEqual([false, false, false]);
});
