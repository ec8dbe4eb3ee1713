import { afterEach, describe, expect, it, vi } from 'vitest';
import { UpstreamMisconfiguredError } from '../../src/errors/operationErrors.ts';
import type { Answer, Reply } from '../../src/twilio/reply.ts';
import { createTwilioClient, path } from '../../src/twilio/client.ts';

const answer = (status: number, body: string): Answer => ({ kind: 'answer', status, headers: {}, body });
const GET = { method: 'GET', identity: null, path: '/x' } as const;
const whole = (json: object) => json;

/** A Twilio that gives these replies, one after the other. */
function twilioReplying(...replies: Reply[]) {
  return createTwilioClient(() => Promise.resolve(replies.shift()!), ['twilio.example']);
}

describe('path', () => {
  it('path encodes each value, so that none can leave its segment', () => {
    expect(path`/a/${'b/c'}/${'?#%'}/${'é\\'}`).toBe('/a/b%2Fc/%3F%23%25/%C3%A9%5C');
  });

  it.each(['', '.', '..'])('path refuses %j, which encoding would leave as it is', (value) => {
    expect(() => path`/a/${value}`).toThrow(TypeError);
  });
});

describe('find', () => {
  it('find gives null for a resource that does not exist, and throws every other failure', async () => {
    const twilio = twilioReplying(answer(404, ''), answer(401, ''), answer(200, '{"sid":"x"}'));
    expect(await twilio.find(GET, whole)).toBeNull();
    await expect(twilio.find(GET, whole)).rejects.toBeInstanceOf(UpstreamMisconfiguredError);
    expect(await twilio.find(GET, whole)).toEqual({ sid: 'x' });
  });
});

describe('misconfigured', () => {
  afterEach(() => void vi.useRealTimers());
  const ask = (twilio: ReturnType<typeof twilioReplying>) => twilio.find(GET, whole).catch(() => {});

  it('a refused credential is over as soon as Twilio answers anything else, an error too', async () => {
    const twilio = twilioReplying(answer(401, '{"code":20003}'), answer(429, '{"code":20429}'));
    await ask(twilio);
    expect(twilio.misconfigured).toBe(true);
    await ask(twilio);
    expect(twilio.misconfigured).toBe(false);
  });

  it.each([
    [70051, 401],
    [70051, 403],
    [20006, 403],
  ])('a refused credential is not what %i with %i says, which is about one call', async (code, status) => {
    const denied = answer(status, JSON.stringify({ code }));
    const twilio = twilioReplying(denied, answer(401, '{"code":20003}'), denied);
    await expect(twilio.find(GET, whole)).rejects.toBeInstanceOf(UpstreamMisconfiguredError);
    expect(twilio.misconfigured).toBe(false);
    await ask(twilio);
    await ask(twilio);
    expect(twilio.misconfigured).toBe(true);
  });

  it.each([20003, 20005, 20008, 20403, 10001, 90010])(
    'a refused credential is what %i says',
    async (code) => {
      const twilio = twilioReplying(answer(403, JSON.stringify({ code })));
      await ask(twilio);
      expect(twilio.misconfigured).toBe(true);
    },
  );

  it('a refused credential is about one product: another may be refused, and its answers mend nothing', async () => {
    const replies = [answer(403, '{"code":20403}'), answer(401, '{"code":20003}'), answer(200, '{}')];
    const twilio = twilioReplying(...replies);
    const NOTIFY = { ...GET, product: 'notify' } as const;
    await twilio.find(NOTIFY, whole).catch(() => {});
    expect(twilio.misconfigured).toBe(false);
    await ask(twilio);
    await twilio.find(NOTIFY, whole);
    expect(twilio.misconfigured).toBe(true);
  });

  it('a refused credential outlives a fault, which says nothing about a credential, but no minute', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const fault = { kind: 'fault', stage: 'notSent', cause: 'ECONNREFUSED' } as const;
    const twilio = twilioReplying(answer(403, '{"code":20403}'), fault);
    await ask(twilio);
    await ask(twilio);
    vi.advanceTimersByTime(59_999);
    expect(twilio.misconfigured).toBe(true);
    vi.advanceTimersByTime(1);
    expect(twilio.misconfigured).toBe(false);
  });

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('a refused credential lasts as long when the wall clock is set %s by an hour', async (_, ms) => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const twilio = twilioReplying(answer(403, '{"code":20403}'));
    await ask(twilio);
    vi.setSystemTime(Date.now() + ms);
    expect(twilio.misconfigured).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(twilio.misconfigured).toBe(false);
  });
});
