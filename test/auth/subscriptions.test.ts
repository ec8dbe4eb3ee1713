import { beforeAll, describe, expect, it } from 'vitest';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import type { SigningKey } from '../helpers/issuer.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const SUBSCRIPTION = `subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) { status }
}`;
/** Accepted so long after a token has expired. */
const SKEW_SECONDS = 30;

let key: SigningKey;
beforeAll(async () => {
  key = await makeKey('one');
});

async function startSubscribing() {
  const { env } = await startIssuer(key);
  const gateway = await startGateway(env);
  const calls = watchSandbox();
  /** What a whole stream says. */
  const subscribe = async (claims: object) => {
    const headers = { accept: 'text/event-stream', ...bearer(await sign(key, claims as never)) };
    const response = await gateway.post({ query: SUBSCRIPTION, variables: PENDING }, headers);
    return response.text();
  };
  return { gateway, subscribe, calls };
}

describe('who may subscribe', () => {
  it("another person's challenge is FORBIDDEN, without a call to Twilio", async () => {
    const { subscribe, calls } = await startSubscribing();
    const text = await subscribe({ sub: 'mallory-9999' });
    expect(text).toContain('"code":"FORBIDDEN"');
    expect(text).not.toContain('PENDING');
    expect(calls).toEqual([]);
  });

  it('a caller without verify:read is FORBIDDEN, without a call to Twilio', async () => {
    const { subscribe, calls } = await startSubscribing();
    expect(await subscribe({ scope: 'verify:resend' })).toContain('"code":"FORBIDDEN"');
    expect(calls).toEqual([]);
  });

  it('nobody who is not signed in', async () => {
    const { gateway } = await startSubscribing();
    const response = await gateway.post(
      { query: SUBSCRIPTION, variables: PENDING },
      { accept: 'text/event-stream' },
    );
    expect(response.status).toBe(401);
  });

  it('the stream ends with UNAUTHENTICATED when the token expires', async () => {
    const { subscribe } = await startSubscribing();
    const startedAt = Date.now();
    const text = await subscribe({ exp: Math.floor(startedAt / 1000) - SKEW_SECONDS + 2 });
    expect(text).toContain('"status":"PENDING"');
    expect(text).toContain('"code":"UNAUTHENTICATED"');
    expect(Date.now() - startedAt).toBeLessThan(4_000);
  });
});
