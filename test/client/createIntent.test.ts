import { describe, expect, it } from 'vitest';
import { createIntent } from '../../src/client/index.ts';
import type { IntentHeaders } from '../../src/client/index.ts';

const CLICK = { challengeSid: 'YC1' };

/** A server whose answers are decided by the test; it notes the key of each request. */
function startRecording() {
  const keys: string[] = [];
  const answers: ((answer: unknown) => void)[] = [];
  const request = ({ 'idempotency-key': key }: IntentHeaders) => {
    keys.push(key);
    return new Promise<unknown>((resolve) => answers.push(resolve));
  };
  return { keys, answers, request };
}

const sendWith =
  (keys: string[], answer: () => unknown) =>
  async (headers: IntentHeaders): Promise<unknown> => {
    keys.push(headers['idempotency-key']);
    return answer();
  };

const lost = () => {
  throw new TypeError('fetch failed');
};
const answered = () => ({ data: { resendChallengeNotification: { __typename: 'Notification' } } });
const refused = { message: 'Too many requests', extensions: { code: 'RATE_LIMITED' } };
const denied = { path: ['resendChallengeNotification'], extensions: { code: 'FORBIDDEN' } };
const reused = { path: ['resendChallengeNotification'], extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } };
const throwing = (told: object) => () => {
  throw Object.assign(new Error('As a client throws'), told);
};
const json = (body: string) => () => JSON.parse(body) as unknown;

describe('createIntent', () => {
  it('an intent makes a key of 128 bits for each click that was answered', async () => {
    const { send } = createIntent();
    const keys: string[] = [];
    for (let click = 0; click < 3; click += 1) await send(CLICK, sendWith(keys, answered));
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });

  it('an intent hands over headers as fetch takes them', async () => {
    const request = await createIntent().send(
      CLICK,
      async (headers) => new Request('http://page', { headers }),
    );
    expect(request.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('an intent shares the request under way with a second click', async () => {
    const { send } = createIntent();
    const { keys, answers, request } = startRecording();
    const clicks = [send(CLICK, request), send(CLICK, request)];
    answers[0]!(answered());
    const [first, second] = await Promise.all(clicks);
    expect(keys).toHaveLength(1);
    expect(second).toBe(first);
  });

  it('an intent shares the request under way in any order of the variables', async () => {
    const { send } = createIntent();
    const { keys, answers, request } = startRecording();
    const clicks = [
      send({ input: { a: 1, b: [2] }, ttl: 3 }, request),
      send({ ttl: 3, input: { b: [2], a: 1 } }, request),
    ];
    answers[0]!(answered());
    await Promise.all(clicks);
    expect(keys).toHaveLength(1);
  });

  it.each<[string, () => unknown]>([
    ['failed on its way', lost],
    ['was refused', () => ({ errors: [refused] })],
    ['was denied', () => ({ data: { resendChallengeNotification: null }, errors: [denied] })],
    ['was refused and throws', throwing({ errors: [refused, denied] })],
    ['came to nothing', () => undefined],
  ])('an intent keeps its key when a request %s', async (_, answer) => {
    const { send } = createIntent();
    const keys: string[] = [];
    await send(CLICK, sendWith(keys, answer)).catch(() => {});
    await send(CLICK, sendWith(keys, answered));
    await send(CLICK, sendWith(keys, answered));
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it.each<[string, () => unknown]>([
    ['a member', answered],
    ['the member alone', () => ({ __typename: 'ResendOutcomeUnknownError' })],
    ['an error that would come for ever', () => ({ data: null, errors: [refused, reused] })],
    ['one that is thrown', throwing({ errors: [reused] })],
  ])('an intent has its key used up by %s', async (_, answer) => {
    const { send } = createIntent();
    const keys: string[] = [];
    await send(CLICK, sendWith(keys, answer)).catch(() => {});
    await send(CLICK, sendWith(keys, answered));
    expect(keys[1]).not.toBe(keys[0]);
  });

  it.each<[string, () => unknown]>([
    ["API Gateway's timeout", json('{"message":"Endpoint request timed out"}')],
    ["API Gateway's refusal", json('{"message":"Forbidden","__type":"AccessDeniedException"}')],
    ['an empty object', json('{}')],
    ['a problem', json('{"type":"about:blank","title":"Bad Gateway","status":502,"detail":"No upstream"}')],
    ['null', json('null')],
    ['false', json('false')],
    ['a number', json('502')],
    ['an empty list', json('[]')],
    ['a list of answers', () => [answered()]],
    ['a JSON string', json('"upstream connect error"')],
    ["nginx's text", () => '<html><title>502 Bad Gateway</title></html>'],
    ['no text', () => ''],
    ["Cloudflare's page", json('<!DOCTYPE html><title>Error 522</title>')],
    ['errors without data', json('{"errors":[{"message":"Service Unavailable"}]}')],
    ['errors of another kind', json('{"errors":["Service Unavailable"]}')],
    ['an error as text', json('{"error":"upstream request timeout"}')],
    ['null as data', json('{"data":null}')],
    ['no field', json('{"data":{}}')],
    ['another field', json('{"data":{"other":1}}')],
    ['another object', json('{"data":{"error":{"code":504}}}')],
    ['a list as data', json('[{"data":[{"id":1}]}]')],
    ['text as data', json('{"data":"Bad Gateway"}')],
    ['the root alone', json('{"data":{"__typename":"Mutation"}}')],
    ['an unread response', () => new Response('{"message":"Too Many Requests"}', { status: 429 })],
    ["what a client throws of a proxy's body", throwing({ data: { message: 'Endpoint request timed out' } })],
  ])('an intent keeps its key when a proxy answers %s', async (_, answer) => {
    for (const options of [undefined, { field: 'resendChallengeNotification' }]) {
      const { send } = createIntent(options);
      const keys: string[] = [];
      await send(CLICK, sendWith(keys, answer)).catch(() => {});
      await send(CLICK, sendWith(keys, answered));
      await send(CLICK, sendWith(keys, answered));
      expect(keys[1]).toBe(keys[0]);
      expect(keys[2]).not.toBe(keys[0]);
    }
  });

  it.each<[string, () => unknown]>([
    ['returns', () => ({ data: { again: null, visit: {}, ...answered().data } })],
    ['throws', throwing({ data: { again: null, visit: {}, ...answered().data } })],
  ])('an intent looks at the field of its mutation only, in what a client %s', async (_, answer) => {
    for (const [field, differing] of [
      ['again', 1],
      ['visit', 2],
    ] as const) {
      const { send } = createIntent({ field });
      const keys: string[] = [];
      for (let click = 0; click < 2; click += 1) await send(CLICK, sendWith(keys, answer)).catch(() => {});
      expect(new Set(keys).size).toBe(differing);
    }
  });

  it('an intent keeps its key for a value of another kind, unless isAnswer says that it is an answer', async () => {
    const toText = () => 'Look at your phone.';
    for (const [isAnswer, differing] of [
      [undefined, 1],
      [(value: unknown) => value === toText(), 2],
      [(value: unknown) => value !== toText(), 1],
    ] as const) {
      const { send } = createIntent(isAnswer && { isAnswer });
      const keys: string[] = [];
      for (let click = 0; click < 2; click += 1) await send(CLICK, sendWith(keys, toText));
      expect(new Set(keys).size).toBe(differing);
    }
  });

  it('an intent does not ask isAnswer about a request that failed', async () => {
    const { send } = createIntent({ isAnswer: () => true });
    const keys: string[] = [];
    await expect(send(CLICK, sendWith(keys, lost))).rejects.toThrow('fetch failed');
    await send(CLICK, sendWith(keys, answered));
    expect(keys[1]).toBe(keys[0]);
  });

  it('an intent keeps its key, and stays usable, when isAnswer throws', async () => {
    let isBroken = true;
    const isAnswer = () => {
      if (isBroken) throw new TypeError('value.data is undefined');
      return true;
    };
    const { send } = createIntent({ isAnswer });
    const keys: string[] = [];
    await expect(send(CLICK, sendWith(keys, answered))).rejects.toThrow('value.data is undefined');
    isBroken = false;
    await expect(send(CLICK, sendWith(keys, answered))).resolves.toEqual(answered());
    expect(keys[1]).toBe(keys[0]);
  });

  it('an intent gives other variables a key of their own, and keeps that of the first', async () => {
    const { send } = createIntent();
    const keys: string[] = [];
    await expect(send(CLICK, sendWith(keys, lost))).rejects.toThrow('fetch failed');
    await send({ challengeSid: 'YC2' }, sendWith(keys, answered));
    await send(CLICK, sendWith(keys, answered));
    expect(keys[1]).not.toBe(keys[0]);
    expect(keys[2]).toBe(keys[0]);
  });

  it('an intent repeats nothing by itself', async () => {
    const { send } = createIntent();
    const keys: string[] = [];
    await expect(send(CLICK, sendWith(keys, lost))).rejects.toThrow('fetch failed');
    await send(
      CLICK,
      sendWith(keys, () => ({ __typename: 'ResendOutcomeUnknownError' })),
    );
    expect(keys).toHaveLength(2);
  });

  it('an intent survives a request that throws before it returns a promise', async () => {
    const { send } = createIntent();
    await expect(send(CLICK, lost)).rejects.toThrow('fetch failed');
    await expect(send(CLICK, async () => answered())).resolves.toEqual(answered());
  });

  it.each<[string, () => object]>([
    ['a number that JSON has not', () => ({ ttl: 1n })],
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {};
        return Object.assign(circle, { circle });
      },
    ],
  ])('an intent rejects for variables with %s, and sends nothing', async (_, variables) => {
    const keys: string[] = [];
    const click = createIntent().send(variables(), sendWith(keys, answered));
    await expect(click).rejects.toBeInstanceOf(Error);
    expect(keys).toEqual([]);
  });

  it('an intent makes the next request as soon as its promise has settled', async () => {
    const { send } = createIntent();
    const keys: string[] = [];
    const second = await send(CLICK, sendWith(keys, answered)).then(() =>
      send(CLICK, sendWith(keys, answered)),
    );
    expect(second).toEqual(answered());
    expect(keys).toHaveLength(2);
  });
});
