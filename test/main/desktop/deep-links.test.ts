import { describe, expect, it } from 'vitest';
import { placeInArguments, placeOfLink } from '../../../src/main/desktop/deep-links';

describe('links into the application', () => {
  it.each([
    ['switchboard://user/ada', '/users/ada'],
    ['switchboard://user/ada%40example', '/users/ada%40example'],
    ['switchboard://user/A.b_c~1', '/users/A.b_c~1'],
    ['switchboard://user/ada?pool=eu', '/users/ada?pool=eu'],
    ['switchboard://user/ada?pool=eu&connection=live-1', '/users/ada?pool=eu&connection=live-1'],
  ])('%s leads to %s', (link, place) => expect(placeOfLink(link)).toBe(place));

  it.each([
    'switchboard://user/',
    'switchboard://user',
    'switchboard://user/a/b',
    'switchboard://user/a%2fb',
    'switchboard://user/..%2f..',
    'switchboard://user/%00',
    'switchboard://user/%',
    'switchboard://user/a b',
    'switchboard://user/ada?x=1',
    'switchboard://user/ada?pool=eu&x=1',
    'switchboard://user/ada?pool=eu&pool=us',
    'switchboard://user/ada?pool=%22',
    'switchboard://user/ada?connection=A%20b',
    'switchboard://user/ada#/settings',
    'switchboard://settings/x',
    `switchboard://user/${'x'.repeat(129)}`,
    'https://user/ada',
    'javascript:alert(1)',
    '',
  ])('%j leads nowhere', (link) => expect(placeOfLink(link)).toBeNull());

  it('finds the link in a command line', () => {
    expect(placeInArguments(['electron', 'index.js', '--port', '1', 'switchboard://user/ada'])).toBe(
      '/users/ada',
    );
    expect(placeInArguments(['electron', 'index.js'])).toBeNull();
  });
});
