import { describe, expect, it } from 'vitest';
import { removeSecrets, writeDiagnostics } from '../../../src/main/lib/diagnostics';

describe('diagnostics', () => {
  it('say what takes part, how the connection is, and what happened last', () => {
    const text = writeDiagnostics({
      versions: { Switchboard: '1.2.3', Electron: undefined },
      deployment: { name: 'eu' },
      connection: { status: 'ready' },
      logLines: ['{"msg":"Redis is ready"}'],
    });
    expect(text.split('\n')).toEqual([
      'Switchboard diagnostics',
      'Switchboard: 1.2.3',
      'Electron: unknown',
      'deployment: {"name":"eu"}',
      'connection: {"status":"ready"}',
      '',
      '{"msg":"Redis is ready"}',
    ]);
  });

  it.each([
    'redis://ada:hunter2@host:6379/0',
    'rediss://:hunter2@host',
    'redis://ada:hun/hunter2@host',
    'http://127.0.0.1:4780/?token=hunter2',
    '{"password":"hunter2"}',
    '"apiKey": "hunter2"',
    'password=hunter2 and more',
    '{"authorization":"hunter2"}',
    'Authorization: Bearer hunter2',
    'cookie: hunter2',
  ])('do not give away what is in %s', (text) => {
    expect(removeSecrets(text)).not.toContain('hunter2');
    expect(removeSecrets(text)).toContain('[removed]');
  });

  it.each(['redis://host:6379/0', 'a tokenised text: passwordless', '{"by":"ada@example"}'])(
    'leave %s as it is',
    (text) => {
      expect(removeSecrets(text)).toBe(text);
    },
  );
});
