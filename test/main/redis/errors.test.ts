import { describe, expect, it } from 'vitest';
import { type ErrorCode, SwitchboardError } from '@shared/errors';
import { translateRedisError } from '../../../src/main/redis/errors';

const CONTEXT = { address: 'redis://h:6379' };

/** An error as the client makes it of a reply of Redis; it holds the arguments of the command. */
function reply(message: string): Error {
  return Object.assign(new Error(message), {
    name: 'ReplyError',
    command: { name: 'auth', args: ['hush'] },
  });
}

function system(code: string, message = `connect ${code} 10.0.0.1:6379`): Error {
  return Object.assign(new Error(message), { code });
}

describe('translateRedisError', () => {
  it.each<[Error, ErrorCode]>([
    [system('ECONNREFUSED'), 'redis_refused'],
    [system('ENOENT', 'connect ENOENT /run/redis.sock'), 'redis_refused'],
    [system('EACCES'), 'redis_refused'],
    [system('ENOTFOUND', 'getaddrinfo ENOTFOUND h'), 'redis_unknown_host'],
    [system('EAI_AGAIN', 'getaddrinfo EAI_AGAIN h'), 'redis_unknown_host'],
    [system('ETIMEDOUT'), 'redis_timeout'],
    [system('EHOSTUNREACH'), 'redis_timeout'],
    [new Error('Command timed out'), 'redis_timeout'],
    [system('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), 'redis_tls'],
    [system('ERR_TLS_CERT_ALTNAME_INVALID', 'names do not match'), 'redis_tls'],
    [new Error('Unknown RESP type 72 "H"'), 'redis_wrong_server'],
    [new Error('Connection is closed.'), 'redis_away'],
    [system('ECONNRESET', 'read ECONNRESET'), 'redis_away'],
    [reply('WRONGPASS invalid username-password pair or user is disabled.'), 'redis_auth'],
    [reply('NOAUTH Authentication required.'), 'redis_auth'],
    [reply("NOPERM this user has no permissions to run the 'set' command"), 'redis_no_permission'],
    [reply('ERR max number of clients reached'), 'redis_refused'],
    [
      reply(
        'DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.',
      ),
      'redis_refused',
    ],
    [reply('LOADING Redis is loading the dataset in memory'), 'redis_loading'],
    [reply('BUSY Redis is busy running a script.'), 'redis_busy'],
    [reply("OOM command not allowed when used memory > 'maxmemory'."), 'redis_out_of_memory'],
    [reply('MISCONF Redis is configured to save RDB snapshots, but…'), 'redis_disk'],
    [reply("READONLY You can't write against a read only replica."), 'redis_read_only'],
    [reply('NOREPLICAS Not enough good replicas to write.'), 'redis_failed'],
    [reply('MOVED 3999 127.0.0.1:6381'), 'redis_wrong_server'],
    [reply("CROSSSLOT Keys in request don't hash to the same slot"), 'redis_wrong_server'],
    [reply('WRONGTYPE Operation against a key holding the wrong kind of value'), 'redis_wrong_type'],
    [reply("ERR unknown command 'x'"), 'redis_failed'],
    [new Error('something new'), 'redis_failed'],
  ])('gives "%s" the code %s and says where it happened', (fault, code) => {
    const error = translateRedisError(fault, CONTEXT);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain('h');
    expect(error.message).toMatch(/^[A-Z].{20,}$/);
  });

  it('says of an alert of OpenSSL what it means, and of an unknown one its words only', () => {
    const alert = (words: string, number: number) =>
      system(
        'ERR_SSL_ALERT',
        `80DCA403:error:0A00045C:SSL routines:ssl3_read_bytes:${words}:../deps/openssl/rec_layer_s3.c:1601:SSL alert number ${number}\n`,
      );
    const required = translateRedisError(alert('tlsv13 alert certificate required', 116), CONTEXT);
    expect(required.message).toMatch(/demands a certificate of ours, and got none\. Name our certificate/);
    expect(translateRedisError(alert('tlsv1 alert internal error', 80), CONTEXT).message).toMatch(
      /could be made: tlsv1 alert internal error\. Check/,
    );
  });

  it('finds the word of Redis inside the report of a script', () => {
    const older = reply(
      "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.",
    );
    expect(translateRedisError(older, CONTEXT).code).toBe('redis_out_of_memory');
  });

  it('does not take a word inside another for a code of Redis', () => {
    expect(translateRedisError(reply('BUSYGROUP Consumer Group name already exists'), CONTEXT).code).toBe(
      'redis_failed',
    );
  });

  it('names the key of another type, from the command or from what a script says', () => {
    const wrong = reply('WRONGTYPE Operation against a key holding the wrong kind of value');
    expect(translateRedisError(wrong, { ...CONTEXT, key: 'user:1' }).message).toContain('user:1');
    const script = reply(
      'ERR user_script:9: SWITCHBOARD_WRONG_TYPE matching:waiting script: 1f, on @user_script:9.',
    );
    expect(translateRedisError(script, CONTEXT)).toMatchObject({
      code: 'redis_wrong_type',
      message: expect.stringContaining('matching:waiting') as string,
      details: { key: 'matching:waiting' },
    });
  });

  it('says of a lost answer that the change may have happened', () => {
    for (const lost of [new Error('Connection is closed.'), new Error('Command timed out')])
      expect(translateRedisError(lost, CONTEXT).message).toMatch(/may have happened/);
  });

  it('says of what hangs up while connecting that it may be no Redis', () => {
    const error = translateRedisError(system('ECONNRESET'), { ...CONTEXT, connecting: true });
    expect(error.code).toBe('redis_wrong_server');
    expect(error.message).not.toMatch(/may have happened/);
  });

  it('keeps no secret, wherever it stood', () => {
    const error = translateRedisError(reply('ERR hush is not the password'), {
      ...CONTEXT,
      secrets: ['hush'],
    });
    expect(
      JSON.stringify({ ...error, message: error.message, stack: error.stack, cause: error.cause }),
    ).not.toContain('hush');
    expect(error.message).toContain('[removed]');
  });

  it('looks into the first of several attempts at one host', () => {
    const both = new AggregateError([system('ECONNREFUSED'), system('ETIMEDOUT')]);
    expect(translateRedisError(both, CONTEXT).code).toBe('redis_refused');
  });

  it('leaves its own errors as they are', () => {
    const own = new SwitchboardError('moved_on', 'x');
    expect(translateRedisError(own, CONTEXT)).toBe(own);
  });
});
