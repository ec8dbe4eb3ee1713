import { describe, expect, it } from 'vitest';
import { startGateway } from '../helpers/startGateway.ts';

const ORIGIN = 'https://app.example.com';
const FOREIGN = 'https://evil.example';
const TYPENAME = { query: '{ __typename }' };

const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  },
});

describe('a page of another origin', () => {
  it('a page of another origin gets no CORS headers while no origin is allowed', async () => {
    const { url, post } = await startGateway();
    expect(corsOf(await fetch(`${url}/graphql`, preflight(ORIGIN)))).toEqual({});
    expect(corsOf(await post(TYPENAME, { origin: ORIGIN }))).toEqual({});
  });

  it('a page of an allowed origin may ask and send, without credentials', async () => {
    const { url, post } = await startGateway({ ALLOWED_ORIGINS: `https://other.example, ${ORIGIN}` });
    const preflightAnswer = await fetch(`${url}/graphql`, preflight(ORIGIN));
    expect(preflightAnswer.status).toBe(204);
    const readable = {
      vary: 'origin',
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': 'x-request-id, idempotent-replayed, retry-after, www-authenticate',
    };
    expect(corsOf(preflightAnswer)).toEqual({
      ...readable,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers':
        'content-type, authorization, x-api-key, idempotency-key, x-request-id, ' +
        'apollo-require-preflight, x-apollo-operation-name, traceparent',
      'access-control-max-age': '7200',
    });
    expect(corsOf(await post(TYPENAME, { origin: ORIGIN }))).toEqual(readable);
  });

  it.each([FOREIGN, 'null', `${ORIGIN}.evil.example`, `${ORIGIN}:8443`, ORIGIN.toUpperCase(), `x${ORIGIN}`])(
    'a page of the origin %s, which is not allowed, gets no CORS headers',
    async (origin) => {
      const { url, post } = await startGateway({ ALLOWED_ORIGINS: ORIGIN });
      const preflightAnswer = await fetch(`${url}/graphql`, preflight(origin));
      expect(preflightAnswer.status).toBe(204);
      expect(corsOf(preflightAnswer)).toEqual({ vary: 'origin' });
      expect(corsOf(await post(TYPENAME, { origin }))).toEqual({ vary: 'origin' });
    },
  );

  it.each<[string, number, RequestInit]>([
    ['of another type', 415, { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }],
    ['too large', 413, { method: 'POST', body: 'x'.repeat(2_000) }],
    ['with a bad Idempotency-Key', 400, { method: 'POST', headers: { 'idempotency-key': 'a b' } }],
    ['with a syntax error', 400, { method: 'POST', body: '{"query":"{"}' }],
    ['without JSON', 400, { method: 'POST', body: '{' }],
    ['by another method', 405, { method: 'PUT' }],
  ])('a page of another origin can read why a request %s is refused', async (_, status, init) => {
    const { url } = await startGateway({ ALLOWED_ORIGINS: ORIGIN, LIMIT_BODY_BYTES: '1000' });
    const response = await fetch(`${url}/graphql`, {
      ...init,
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        origin: ORIGIN,
        ...init.headers,
      },
    });
    expect(response.status).toBe(status);
    expect(corsOf(response)).toMatchObject({ vary: 'origin', 'access-control-allow-origin': ORIGIN });
  });

  it('a page of another origin can read that it has to sign in, and when it may come again', async () => {
    const env = { ALLOWED_ORIGINS: ORIGIN, API_KEYS: `page:${'a'.repeat(64)}` };
    const closed = await startGateway({ ...env, AUTH: 'required' });
    const unknown = await closed.post(TYPENAME, { origin: ORIGIN });
    expect(unknown.status).toBe(401);
    expect(corsOf(unknown)['access-control-allow-origin']).toBe(ORIGIN);
    expect(corsOf(unknown)['access-control-expose-headers']).toContain('www-authenticate');
    expect(unknown.headers.has('www-authenticate')).toBe(true);

    const busy = await startGateway({ ALLOWED_ORIGINS: ORIGIN, LIMIT_REQUESTS_PER_MINUTE: '1' });
    await busy.post(TYPENAME, { origin: ORIGIN });
    const second = await busy.post(TYPENAME, { origin: ORIGIN });
    expect(second.status).toBe(429);
    expect(corsOf(second)['access-control-allow-origin']).toBe(ORIGIN);
    expect(corsOf(second)['access-control-expose-headers']).toContain('retry-after');
    expect(second.headers.has('retry-after')).toBe(true);
  });

  it('a preflight needs no sign-in', async () => {
    const { url } = await startGateway({
      ALLOWED_ORIGINS: ORIGIN,
      AUTH: 'required',
      API_KEYS: `page:${'a'.repeat(64)}`,
      LIMIT_REQUESTS_PER_MINUTE: '1',
    });
    for (let count = 0; count < 3; count += 1) {
      expect((await fetch(`${url}/graphql`, preflight(ORIGIN))).status).toBe(204);
    }
  });

  it('a page of another origin gets no CORS headers outside of /graphql', async () => {
    const { url } = await startGateway({ ALLOWED_ORIGINS: ORIGIN });
    for (const path of ['/health/ready', '/metrics', '/nowhere']) {
      expect(corsOf(await fetch(url + path, { headers: { origin: ORIGIN } })), path).toEqual({});
    }
  });
});
