import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/configError.ts';
import { fileVariable, SECRETS, VARIABLE_NAMES } from '../../src/config/variableNames.ts';
import { secretFile } from '../helpers/secretFile.ts';

const ACCOUNT = { TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`, AUTH: 'none' };

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}
const problemOf = (path: string) => problemsOf({ ...ACCOUNT, TWILIO_AUTH_TOKEN_FILE: path });

describe('a secret in a file', () => {
  it('a secret in a file works like one in the environment', () => {
    const files = {
      TWILIO_API_KEY_FILE: secretFile(`SK${'2'.repeat(32)}\n`).path,
      TWILIO_API_SECRET_FILE: secretFile('key-secret').path,
      REDIS_URL_FILE: secretFile('redis://:password@127.0.0.1\r\n').path,
      LOG_HASH_KEY_FILE: secretFile('0123456789abcdef').path,
    };
    expect(readConfig({ ...ACCOUNT, ...files })).toMatchObject({
      twilio: { username: `SK${'2'.repeat(32)}`, password: 'key-secret' },
      redisUrl: 'redis://:password@127.0.0.1',
      logHashKey: '0123456789abcdef',
      variables: ['AUTH', 'TWILIO_ACCOUNT_SID', ...Object.keys(files)].sort(
        (a, b) => VARIABLE_NAMES.indexOf(a) - VARIABLE_NAMES.indexOf(b),
      ),
      warnings: [],
    });
  });

  it('a secret in a file can be every one of SECRETS that is a variable', () => {
    expect(SECRETS).toContain('TWILIO_AUTH_TOKEN');
    for (const name of SECRETS) {
      expect(VARIABLE_NAMES).toContain(name);
      const problem = `  - ${fileVariable(name)} cannot be read: ENOENT`;
      const env = { UPSTREAM: 'sandbox', JWT_ISSUER: 'issuer', JWT_AUDIENCE: 'audience' };
      const keys = name === 'JWT_PUBLIC_KEY' ? {} : { JWT_JWKS_URL: 'https://issuer.example' };
      expect(problemsOf({ ...env, ...keys, [fileVariable(name)]: '/nowhere/secret' })).toEqual([problem]);
    }
  });

  it('a secret in a file and in the environment is refused', () => {
    const env = { ...ACCOUNT, TWILIO_AUTH_TOKEN: 'a', TWILIO_AUTH_TOKEN_FILE: secretFile('b').path };
    expect(problemsOf(env)).toEqual(['  - TWILIO_AUTH_TOKEN and TWILIO_AUTH_TOKEN_FILE are both set']);
    expect(problemsOf({ ...env, TWILIO_AUTH_TOKEN: '' })).toEqual([]);
    expect(problemsOf({ ...env, TWILIO_AUTH_TOKEN_FILE: '' })).toEqual([]);
  });

  it('a secret in a file keeps its rules, and loses one line break alone', () => {
    expect(problemOf(secretFile('token\n\n').path)).toEqual([
      '  - TWILIO_AUTH_TOKEN must be printable and without spaces',
    ]);
  });

  it.each([
    ['not there', () => secretFile().path, 'cannot be read: ENOENT'],
    ['a directory', () => secretFile().directory, 'must name a file'],
    ['empty', () => secretFile('').path, 'names an empty file'],
    ['a line break', () => secretFile('\n').path, 'names an empty file'],
    ['a device', () => '/dev/zero', 'must name a file'],
    [
      'longer than any secret',
      () => secretFile('x'.repeat(65_537)).path,
      'must name a file of at most 65536 bytes',
    ],
    ['the secret itself, by mistake', () => 'hunter2', 'cannot be read: ENOENT'],
    ['no path', () => 'a\0b', 'cannot be read: ERR_INVALID_ARG_VALUE'],
  ])('a secret file that is %s is a problem that names the variable alone', (_, make, problem) => {
    expect(problemOf(make())).toEqual([`  - TWILIO_AUTH_TOKEN_FILE ${problem}`]);
  });

  it('a secret file that cannot be read is one problem among all', () => {
    const env = {
      ...ACCOUNT,
      PORT: 'x',
      TWILIO_API_KEY: `SK${'2'.repeat(32)}`,
      TWILIO_API_SECRET_FILE: '/nowhere',
    };
    expect(problemsOf(env)).toEqual([
      '  - TWILIO_API_SECRET_FILE cannot be read: ENOENT',
      '  - PORT must be a whole number from 0 to 65535',
    ]);
  });
});
