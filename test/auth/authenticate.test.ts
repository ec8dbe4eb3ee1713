import { hash } from 'node:crypto';
import { exportSPKI } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { AUDIENCE, bearer, ISSUER, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import type { SigningKey } from '../helpers/issuer.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const MUTATION = { query: RESEND, variables: PENDING };
const ALL = 'verify:any-identity+verify:resend';
const entry = (name: string, secret: string, scopes?: string) =>
  [name, hash('sha256', secret), ...(scopes === undefined ? [] : [scopes])].join(':');

const startWithKeys = (...entries: string[]) =>
  startGateway({ AUTH: 'required', API_KEYS: entries.join(',') });

let key: SigningKey;
beforeAll(async () => {
  key = await makeKey('one');
});

describe('requests without a credential', () => {
  it.each([
    ['a resend', { method: 'POST', body: JSON.stringify(MUTATION) }],
    ['a body that is no JSON', { method: 'POST', body: '{' }],
    ['a body of another type', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }],
    ['a GET', { method: 'GET' }],
    ['a method that is not served', { method: 'PUT', body: '{}' }],
  ])('%s without a credential is refused before it is read', async (_, init) => {
    const { url } = await startWithKeys(entry('backend', 'secret'));
    const calls = watchSandbox();
    const response = await fetch(`${url}/graphql?query={__typename}`, {
      headers: { 'content-type': 'application/json' },
      ...init,
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="verify-push-gateway"');
    expect(await response.json()).toEqual({
      errors: [{ message: 'Send a bearer token or an API key.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(calls).toEqual([]);
  });

  it('health and metrics need no credential', async () => {
    const { url } = await startWithKeys(entry('backend', 'secret'));
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      expect((await fetch(url + path)).status).toBe(200);
    }
  });
});

describe('API keys', () => {
  it('an API key signs a back end in', async () => {
    const { post } = await startWithKeys(entry('backend', 'secret'));
    const response = await post(MUTATION, { 'x-api-key': 'secret' });
    expect(await response.json()).toMatchObject({
      data: { resendChallengeNotification: { __typename: 'Notification' } },
    });
  });

  it('an API key that has the first bytes of the right digest is refused', async () => {
    const digest = hash('sha256', 'secret');
    const near = `${digest.slice(0, 62)}${digest.endsWith('00') ? '11' : '00'}`;
    const { post } = await startWithKeys(`backend:${near}`);
    expect((await post(MUTATION, { 'x-api-key': 'secret' })).status).toBe(401);
  });

  it.each(['', 'Secret', 'secret ' + 'x', hash('sha256', 'secret'), 'x'.repeat(5_000)])(
    'a wrong API key is refused: %s',
    async (given) => {
      const { post } = await startWithKeys(entry('backend', 'secret'));
      const response = await post(MUTATION, { 'x-api-key': given });
      expect(response.status).toBe(401);
    },
  );

  it('an API key is replaced without a gap: while two stand, both are the same caller', async () => {
    const { post } = await startWithKeys(entry('backend', 'old', ALL), entry('backend', 'new', ALL));
    const send = async (secret: string) => {
      const response = await post(MUTATION, { 'x-api-key': secret, 'idempotency-key': 'one-click' });
      return { body: await response.json(), replayed: response.headers.get('idempotent-replayed') };
    };
    const first = await send('old');
    expect(await send('new')).toEqual({ body: first.body, replayed: 'true' });
  });

  it('the API key of another back end has Idempotency-Keys of its own', async () => {
    const { post } = await startWithKeys(entry('one', 'a', ALL), entry('two', 'b', ALL));
    const send = (secret: string) => post(MUTATION, { 'x-api-key': secret, 'idempotency-key': 'same' });
    await (await send('a')).text();
    expect((await send('b')).headers.get('idempotent-replayed')).toBeNull();
  });

  it('an API key beside a token is refused: it is not clear who calls', async () => {
    const issuer = await startIssuer(key);
    const { post } = await startGateway({ ...issuer.env, API_KEYS: entry('backend', 'secret') });
    const response = await post(MUTATION, { 'x-api-key': 'secret', ...bearer(await sign(key)) });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_request"');
  });

  it('an API key is the only credential when no issuer is trusted', async () => {
    const { post } = await startWithKeys(entry('backend', 'secret'));
    expect((await post(MUTATION, bearer(await sign(key)))).status).toBe(401);
  });
});

describe('changed credentials', () => {
  it('changed API keys and a changed public key are taken over while serving', async () => {
    const pem = async ({ publicKey }: SigningKey) => ({ JWT_PUBLIC_KEY: await exportSPKI(publicKey) });
    const issuer = { AUTH: 'required', JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE };
    const next = await makeKey('next');
    const before = { ...issuer, ...(await pem(key)), API_KEYS: entry('backend', 'old') };
    const after = { ...issuer, ...(await pem(next)), API_KEYS: entry('backend', 'new') };
    const { post, reconfigure } = await startGateway(before);
    const credentials = [
      { 'x-api-key': 'old' },
      { 'x-api-key': 'new' },
      bearer(await sign(key)),
      bearer(await sign(next)),
    ];
    const statuses = () =>
      Promise.all(
        credentials.map(async (headers) => (await post({ query: '{ __typename }' }, headers)).status),
      );
    expect(await statuses()).toEqual([200, 401, 200, 401]);
    reconfigure(readConfig(after));
    expect(await statuses()).toEqual([401, 200, 401, 200]);
  });

  it('changed API keys do not make the gateway read the keys of the issuer again', async () => {
    const issuer = await startIssuer(key);
    const { post, reconfigure } = await startGateway({ ...issuer.env, API_KEYS: entry('backend', 'old') });
    const status = async () => (await post({ query: '{ __typename }' }, bearer(await sign(key)))).status;
    expect(await status()).toBe(200);
    reconfigure(readConfig({ ...issuer.env, API_KEYS: entry('backend', 'new') }));
    expect(await status()).toBe(200);
    expect(issuer.reads).toBe(1);
  });
});

describe('the log', () => {
  it('the log names the caller by a hash or by the name of a key, and holds no credential', async () => {
    const issuer = await startIssuer(key);
    const gateway = await startGateway({ ...issuer.env, API_KEYS: entry('backend', 'the-key', ALL) });
    const { post, lines, hashOf } = gateway;
    const service = 'support-desk-1';
    const own = await sign(key);
    const forAll = await sign(key, { sub: service, scope: ALL.replace('+', ' ') });
    const expired = await sign(key, { exp: 1 });
    for (const headers of [bearer(own), bearer(forAll), { 'x-api-key': 'the-key' }, bearer(expired)]) {
      await (await post(MUTATION, headers)).text();
    }
    const identity = hashOf(PENDING.identity);
    const said = lines.filter(({ msg }) => msg === 'resend' || msg === 'unauthenticated');
    expect(
      said.map(({ identity, caller, apiKey, reason }) => ({ identity, caller, apiKey, reason })),
    ).toEqual([
      { identity },
      { identity, caller: hashOf(service) },
      { identity, apiKey: 'backend' },
      { reason: 'expired' },
    ]);
    const log = JSON.stringify(lines);
    for (const secret of [own, forAll, expired, 'the-key', service, PENDING.identity]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('requests per minute', () => {
  const PERSON = { sub: 'sandbox-user' };
  const OTHER = { sub: 'another-person' };

  it('requests per minute are counted per caller, and refused beyond the limit with the time to wait', async () => {
    const issuer = await startIssuer(key);
    const { post } = await startGateway({ ...issuer.env, LIMIT_REQUESTS_PER_MINUTE: '3' });
    const ask = async (claims: object) =>
      post({ query: '{ __typename }' }, bearer(await sign(key, { ...claims, jti: `${Math.random()}` })));
    for (let sent = 0; sent < 3; sent += 1) expect((await ask(PERSON)).status).toBe(200);
    const refused = await ask(PERSON);
    expect(refused.status).toBe(429);
    const retryAfterSeconds = Number(refused.headers.get('retry-after'));
    expect(retryAfterSeconds).toBeGreaterThan(50);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: 'Too many requests; wait a moment and try again.',
          extensions: { code: 'RATE_LIMITED', retryAfterSeconds },
        },
      ],
    });
    expect((await ask(OTHER)).status).toBe(200);
  });

  it('requests per minute are counted anew after a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const { post } = await startGateway({ LIMIT_REQUESTS_PER_MINUTE: '1' });
    const status = async () => (await post({ query: '{ __typename }' })).status;
    expect([await status(), await status()]).toEqual([200, 429]);
    vi.advanceTimersByTime(60_000);
    expect(await status()).toBe(200);
    vi.useRealTimers();
  });

  it('requests per minute are counted per address where callers do not sign in', async () => {
    const { post } = await startGateway({ LIMIT_REQUESTS_PER_MINUTE: '2' });
    const statuses = await Promise.all(
      Array.from({ length: 5 }, async () => (await post({ query: '{ __typename }' })).status),
    );
    expect(statuses.sort()).toEqual([200, 200, 429, 429, 429]);
  });
});
