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
const throwing = (errors: readonly object[]) => () => {
  throw Object.assign(new Error('As Apollo Client throws'), { errors });
};

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
    ['was refused and throws', throwing([refused, denied])],
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
    ['one that is thrown', throwing([reused])],
  ])('an intent has its key used up by %s', async (_, answer) => {
    const { send } = createIntent();
    const keys: string[] = [];
    await send(CLICK, sendWith(keys, answer)).catch(() => {});
    await send(CLICK, sendWith(keys, answered));
    expect(keys[1]).not.toBe(keys[0]);
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
