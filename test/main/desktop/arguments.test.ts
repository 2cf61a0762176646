import { expect, it } from 'vitest';
import { ownArguments } from '../../../src/main/desktop/arguments';

it('takes our flags out of a command line while developing', () => {
  expect(ownArguments(['electron', 'out/main/index.js', '--port', '1', '--user-data-dir=/x'], false)).toEqual(
    ['--port', '1'],
  );
});

it('takes our flags out of the command line of the packaged application', () => {
  expect(ownArguments(['/opt/switchboard', '--no-sandbox', '--role=viewer'], true)).toEqual([
    '--role=viewer',
  ]);
});

it('leaves what it does not know, so that a mistyped flag is told', () => {
  expect(ownArguments(['/opt/switchboard', '--no-sandboxes', '--user-data'], true)).toEqual([
    '--no-sandboxes',
    '--user-data',
  ]);
});
