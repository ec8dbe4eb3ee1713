import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { GraphQLError } from 'graphql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLog, logTo } from '../../src/observability/log.ts';
import type { Log } from '../../src/observability/log.ts';
import { LOG_FIELDS } from '../../src/observability/logFields.ts';
import { safeError, safeText } from '../../src/observability/safeError.ts';
import { HASH_KEY, recordLog } from '../helpers/testLog.ts';

const SID = `YC${'a'.repeat(32)}`;
const IDENTITY = 'somebody-in-particular';

/** The line of fields that the types would reject. */
function lineOf(fields: object): Record<string, unknown> {
  const { log, lines } = recordLog();
  log.info(fields as Parameters<Log['info']>[0], 'a line');
  return lines[0]!;
}

describe('a line', () => {
  it('a log line states the fields that are on the list, in their form', () => {
    const fields = {
      outcome: 'Notification',
      challengeSid: SID,
      durationMs: 7,
      variables: ['REDIS_URL'],
      twilio: {
        status: 403,
        code: 60204,
        message: 'Twilio says so',
        moreInfo: 'https://www.twilio.com/docs/errors/60204',
        fault: 'deadline passed',
      },
      httpRequestId: 'a-1',
    };
    const { level, time, msg, ...stated } = lineOf({ ...fields, sid: undefined });
    expect([level, time, msg]).toEqual([30, expect.any(Number), 'a line']);
    expect(stated).toEqual(fields);
  });

  it('a log line shows that anything else was left out, at any depth', () => {
    const line = lineOf({
      secret: 'hunter2',
      challengeSid: IDENTITY,
      durationMs: '7',
      mutation: { name: 'hunter2' },
      variables: [IDENTITY, ['hunter2']],
      twilio: {
        status: 403,
        body: { token: 'hunter2' },
        message: 'token hunter2',
        moreInfo: 'https://www.twilio.com/docs/errors/hunter2',
      },
      'hunter2 as a name': 1,
    });
    expect(line).toMatchObject({
      secret: '[redacted]',
      challengeSid: '[redacted]',
      durationMs: '[redacted]',
      mutation: '[redacted]',
      variables: ['[redacted]', '[redacted]'],
      twilio: { status: 403, body: '[redacted]', message: 'token [redacted]', moreInfo: '[redacted]' },
      '[redacted]': '[redacted]',
    });
  });

  it('a log line does not take a member of Object.prototype for a field', () => {
    expect(lineOf({ toString: 'hunter2', constructor: 'hunter2' })).toMatchObject({
      toString: '[redacted]',
      constructor: '[redacted]',
    });
  });

  it('a log line holds the hash of an identity in its place', () => {
    const hash = createHmac('sha256', HASH_KEY).update(IDENTITY).digest('hex').slice(0, 16);
    expect(lineOf({ identity: IDENTITY })['identity']).toBe(hash);
    expect(recordLog().log.hashOf(IDENTITY)).toBe(hash);
    expect(lineOf({ identity: { name: IDENTITY } })['identity']).toBe('[redacted]');
  });

  it('a log line hashes with a key of the process when none is set', () => {
    const hashes = [1, 2].map(() =>
      logTo({ write: () => {} }, { logLevel: 'info', logHashKey: null }).hashOf(IDENTITY),
    );
    expect(new Set(hashes).size).toBe(2);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('a log line is one line of JSON, for any fields and values', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\n', 'a\n', '\u2028'));
    const { log, written } = recordLog();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(fc.constantFrom(...LOG_FIELDS), text), fc.oneof(text, fc.anything()))),
        text,
        (fields, message) => {
          log.info(Object.fromEntries(fields), message);
          const line = written.at(-1)!;
          expect(`${JSON.stringify(JSON.parse(line))}\n`).toBe(line);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('a log line below the level is not made', () => {
    const unread = {
      get outcome(): string {
        throw new Error('read');
      },
    };
    const log = logTo({ write: () => expect.unreachable() }, { logLevel: 'warn', logHashKey: null });
    expect(() => log.info(unread, 'a line')).not.toThrow();
  });
});

/** What Redis, undici and GraphQL hang onto their errors. */
const extras = {
  command: { name: 'set', args: [IDENTITY, 'hunter2'] },
  headers: { authorization: 'hunter2' },
  source: { body: 'hunter2' },
};

describe('an error', () => {
  it('a logged error is its name, its code, the plain words of its message and where it was', () => {
    const error = Object.assign(
      new TypeError(`cannot set "${IDENTITY}" to hunter2`),
      { code: 'ERR_X' },
      extras,
    );
    expect(lineOf({ err: error })['err']).toEqual({
      name: 'TypeError',
      code: 'ERR_X',
      message: 'cannot set [redacted] to [redacted]',
      stack: expect.stringMatching(/^ {4}at .*log\.test\.ts:\d+:\d+\)?(\n {4}at .*)*$/),
    });
  });

  it.each([
    ['in its message', new Error(`no ${IDENTITY}\n    at hunter2 (hunter2:1:1)\n    at more`)],
    ['in its members', Object.assign(new Error('no'), extras)],
    ['in its name and its code', Object.assign(new Error('no'), { name: IDENTITY, code: 'hunter2' })],
    ['in its cause', new Error('no', { cause: Object.assign(new Error("no 'hunter2'"), extras) })],
    ['in a cause that is no error', new Error('no', { cause: { token: 'hunter2' } })],
    [
      'in a stack that was written by somebody',
      Object.assign(new Error('no'), { stack: `hunter2 ${IDENTITY}` }),
    ],
    ['in its document', new GraphQLError('no', { extensions: extras })],
    ['in something that is no error', { message: 'hunter2' }],
    ['as a text', `hunter2 ${IDENTITY}`],
  ])('a logged error shows no value %s', (_, thrown) => {
    const text = [
      JSON.stringify(lineOf({ err: thrown })),
      safeText(thrown),
      inspect(safeError(thrown)),
    ].join();
    expect(text).not.toMatch(/hunter2|somebody/);
  });

  it('a logged error ends the chain of its causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(safeError(error)).match(/"round"/g)).toHaveLength(4);
  });

  it('an error is a title and frames where there is no log', () => {
    expect(safeText(new TypeError('it broke'))).toMatch(/^TypeError - it broke\n {4}at /);
    expect(safeText('x')).toBe('thrown string');
  });
});

it('json and pretty logs can both be made, and leave nothing behind', async () => {
  const makeBoth = async () => {
    for (const logFormat of ['json', 'pretty'] as const) {
      const { log, close } = await openLog({ logLevel: 'silent', logFormat, logHashKey: HASH_KEY });
      expect(log.hashOf(IDENTITY)).toBe(recordLog().log.hashOf(IDENTITY));
      close();
    }
  };
  await makeBoth();
  const listeners = process.listenerCount('exit');
  await makeBoth();
  expect(process.listenerCount('exit')).toBe(listeners);
});
