import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { readSecretFiles } from '../../src/config/secretFiles.ts';
import { watchSecrets } from '../../src/config/watchSecrets.ts';
import { secretFile } from '../helpers/secretFile.ts';
import { recordLog } from '../helpers/testLog.ts';

const ACCOUNT = { TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`, AUTH: 'none' };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

function watch(env: NodeJS.ProcessEnv) {
  const { log, lines, written } = recordLog();
  const applied: Config[] = [];
  watchSecrets({ env, since: readSecretFiles(env), log, apply: (config) => void applied.push(config) });
  const look = (times = 2) => vi.advanceTimersByTime(times * 2_000);
  const passwords = () => applied.map(({ twilio }) => twilio?.password);
  return { lines, written, applied, passwords, look };
}

describe('secret files that change', () => {
  it('a changed secret file is taken over while serving, and the log says which', () => {
    const token = secretFile('one');
    const { lines, look, passwords } = watch({ ...ACCOUNT, TWILIO_AUTH_TOKEN_FILE: token.path });
    look();
    expect(passwords()).toEqual([]);
    token.write('two\n');
    look();
    look();
    expect(passwords()).toEqual(['two']);
    expect(lines).toMatchObject([
      { level: 30, variables: ['TWILIO_AUTH_TOKEN'], msg: 'secrets were changed' },
    ]);
  });

  it('a changed secret file is taken over once it stays the same: a pair of files is not mixed, nor one half written', () => {
    const [key, secret] = [secretFile(`SK${'1'.repeat(32)}`), secretFile('one')];
    const env = { ...ACCOUNT, TWILIO_API_KEY_FILE: key.path, TWILIO_API_SECRET_FILE: secret.path };
    const { applied, look } = watch(env);
    key.write(`SK${'2'.repeat(32)}`);
    look(1);
    secret.write('two');
    look(1);
    expect(applied).toEqual([]);
    look(1);
    expect(applied.map(({ twilio }) => twilio)).toMatchObject([
      { username: `SK${'2'.repeat(32)}`, password: 'two' },
    ]);
  });

  it('a secret file that changes while the gateway starts is not missed', () => {
    const token = secretFile('one');
    const env = { ...ACCOUNT, TWILIO_AUTH_TOKEN_FILE: token.path };
    const since = readSecretFiles(env);
    token.write('two');
    const applied: Config[] = [];
    watchSecrets({ env, since, log: recordLog().log, apply: (config) => void applied.push(config) });
    vi.advanceTimersByTime(4_000);
    expect(applied).toHaveLength(1);
  });

  it.each([
    [
      'breaks a rule',
      (file: ReturnType<typeof secretFile>) => file.write('hunter2 hunter2'),
      'TWILIO_AUTH_TOKEN',
    ],
    ['is gone', (file: ReturnType<typeof secretFile>) => file.remove(), 'TWILIO_AUTH_TOKEN_FILE'],
  ])(
    'a changed secret file changes nothing when it %s, and is an error that names it, once',
    (_, change, name) => {
      const token = secretFile('one');
      const { lines, written, look, passwords } = watch({ ...ACCOUNT, TWILIO_AUTH_TOKEN_FILE: token.path });
      change(token);
      look();
      look();
      expect(passwords()).toEqual([]);
      expect(lines).toMatchObject([{ level: 50, variables: [name] }]);
      expect(written.join('')).not.toContain('hunter2');
      token.write('two');
      look();
      expect(passwords()).toEqual(['two']);
    },
  );

  it('a changed secret file does not wait for another one that cannot be used, nor for a file that is read at start alone', () => {
    const [token, redis, manifest] = [
      secretFile('one'),
      secretFile('redis://one'),
      secretFile('{"a":"{ a }"}'),
    ];
    const env = {
      ...ACCOUNT,
      TWILIO_AUTH_TOKEN_FILE: token.path,
      REDIS_URL_FILE: redis.path,
      TRUSTED_DOCUMENTS: manifest.path,
    };
    const { applied, lines, look } = watch(env);
    manifest.remove();
    redis.remove();
    token.write('two');
    look();
    look();
    expect(applied.map(({ twilio, redisUrl }) => [twilio?.password, redisUrl])).toEqual([
      ['two', 'redis://one'],
    ]);
    expect(lines).toMatchObject([
      { level: 30, variables: ['TWILIO_AUTH_TOKEN'] },
      { level: 50, variables: ['REDIS_URL_FILE'] },
    ]);
  });

  it('a changed secret file is tried again until it can be used', () => {
    const token = secretFile('one');
    const env = { ...ACCOUNT, TWILIO_AUTH_TOKEN_FILE: token.path };
    const { log, lines } = recordLog();
    let isBroken = true;
    const passwords: unknown[] = [];
    const apply = ({ twilio }: Config) => {
      if (isBroken) throw new Error('not now');
      passwords.push(twilio?.password);
    };
    watchSecrets({ env, since: readSecretFiles(env), log, apply });
    token.write('two');
    vi.advanceTimersByTime(8_000);
    expect(lines).toHaveLength(1);
    isBroken = false;
    vi.advanceTimersByTime(2_000);
    expect(passwords).toEqual(['two']);
  });

  it('a changed secret file does not end the gateway when it turns out to be unusable only then', () => {
    const token = secretFile('one');
    const env = { ...ACCOUNT, TWILIO_AUTH_TOKEN_FILE: token.path };
    const { log, lines } = recordLog();
    const apply = () => {
      throw new URIError('URI malformed');
    };
    watchSecrets({ env, since: readSecretFiles(env), log, apply });
    token.write('two');
    vi.advanceTimersByTime(4_000);
    expect(lines).toMatchObject([
      { level: 50, variables: ['TWILIO_AUTH_TOKEN'], err: { message: 'URI malformed' } },
    ]);
  });

  it('a changed file of the hash key waits for the next start', () => {
    const key = secretFile('0123456789abcdef');
    const { lines, look } = watch({ LOG_HASH_KEY_FILE: key.path });
    key.write('fedcba9876543210');
    look();
    expect(lines).toMatchObject([{ level: 40, variables: ['LOG_HASH_KEY'] }]);
  });
});

it('nothing is watched when no secret is in a file', () => {
  watch(ACCOUNT);
  expect(vi.getTimerCount()).toBe(0);
});
