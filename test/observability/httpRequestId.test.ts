import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { graphql } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthentication } from '../../src/auth/authenticate.ts';
import { readConfig } from '../../src/config/config.ts';
import { createSchema } from '../../src/gateway/createSchema.ts';
import { keepParts } from '../../src/gateway/twilioParts.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { SingleFlight } from '../../src/operation/singleFlight.ts';
import { makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { memoryStore, NOTHING_LIVE } from '../helpers/testContext.ts';
import { recordLog } from '../helpers/testLog.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

const ID = 'the-id.of:1-request';
const MUTATION = { query: RESEND, variables: PENDING };
const CHALLENGE = `query { challenge(serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}", sid: "${PENDING.challengeSid}") { sid } }`;
/** The second one makes the gateway leave the request to Yoga's HTTP layer. */
const ACCEPTED = ['application/json', 'application/json; charset=utf-8'];

const broken = () => Promise.reject(new TypeError('a bug'));

/** The upstream of a gateway in which every call to Twilio is a bug. */
function brokenUpstream() {
  const { log, lines } = recordLog();
  const upstream = {
    twilio: { write: broken, find: broken, hosts: ['twilio.example'], misconfigured: false },
    store: memoryStore(),
    flights: new SingleFlight<Outcome>(),
    now: Date.now,
    live: NOTHING_LIVE,
    signingTokens: { all: [] },
    log,
    metrics: new Metrics(),
    inFlightWrites: new Set<Promise<unknown>>(),
    sandbox: undefined,
    isFullFor: () => false,
  };
  return { upstream, lines };
}

/** A gateway with a bug, and what it logs about one request. */
async function startBroken(changed: object = {}) {
  const { upstream, lines } = brokenUpstream();
  const config = Object.defineProperties({ ...readConfig({}) }, Object.getOwnPropertyDescriptors(changed));
  const authentication = createAuthentication(null, upstream.log);
  const server = createServer(createRoutes({ config, authentication, upstream }).listener).listen(0);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  async function linesOf(accept: string, body: object = MUTATION) {
    lines.length = 0;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': ID, accept },
      body: JSON.stringify(body),
    });
    return { answer: (await response.json()) as object, lines: [...lines] };
  }
  return { url, upstream, lines, linesOf };
}

describe('the id of a request is in the line', () => {
  it('of a credential that is refused', async () => {
    const gateway = await startGateway({ AUTH: 'required', API_KEYS: `one:${'a'.repeat(64)}` });
    for (const headers of [
      { 'x-api-key': 'wrong' },
      { authorization: 'Bearer wrong' },
      { 'x-api-key': 'wrong', authorization: 'Bearer wrong' },
    ]) {
      await gateway.post(MUTATION, { 'x-request-id': ID, ...headers } as Record<string, string>);
    }
    expect(gateway.lines).toHaveLength(3);
    for (const line of gateway.lines)
      expect(line).toMatchObject({ msg: 'unauthenticated', httpRequestId: ID });
  });

  it('of a token that is refused', async () => {
    const key = await makeKey('one');
    const gateway = await startGateway((await startIssuer(key)).env);
    const authorization = `Bearer ${await sign(key, { exp: 1 })}`;
    await gateway.post(MUTATION, { 'x-request-id': ID, authorization });
    expect(gateway.lines).toEqual([
      expect.objectContaining({ msg: 'unauthenticated', reason: 'expired', httpRequestId: ID }),
    ]);
  });

  it.each(ACCEPTED)('of a denial, asked with %s', async (accept) => {
    const key = await makeKey('one');
    const gateway = await startGateway((await startIssuer(key)).env);
    const authorization = `Bearer ${await sign(key, { scope: 'verify:read', sub: 'another-person' })}`;
    await gateway.post({ query: CHALLENGE }, { 'x-request-id': ID, authorization, accept });
    expect(gateway.lines).toEqual([expect.objectContaining({ msg: 'denied', httpRequestId: ID })]);
  });

  it.each(ACCEPTED)('of a failure upstream, asked with %s', async (accept) => {
    const upstream = await startUpstream(httpAnswer(401, '{"code":20003}'));
    const gateway = await startGateway(upstreamAt(upstream.url));
    await gateway.post(MUTATION, { 'x-request-id': ID, accept });
    expect(gateway.lines.map(({ msg }) => msg)).toContain('upstream failure');
    for (const line of gateway.lines) expect(line).toMatchObject({ httpRequestId: ID });
  });

  it.each(ACCEPTED)('of a bug in a field, asked with %s', async (accept) => {
    const { lines } = await (await startBroken()).linesOf(accept);
    expect(lines.map(({ msg }) => msg).sort()).toEqual(['resend', 'unexpected error']);
    for (const line of lines) expect(line).toMatchObject({ httpRequestId: ID });
  });

  it.each(ACCEPTED)('of a bug outside of all fields, asked with %s', async (accept) => {
    const { linesOf } = await startBroken({
      get limitDepth() {
        throw new TypeError('a bug with "a secret"');
      },
    });
    const { answer, lines } = await linesOf(accept);
    expect(answer).toEqual({
      errors: [
        {
          message: 'Unexpected error.',
          extensions: expect.objectContaining({ code: 'INTERNAL_SERVER_ERROR' }),
        },
      ],
    });
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'unexpected error',
        httpRequestId: ID,
        err: expect.objectContaining({ name: 'TypeError', message: 'a bug with [redacted]' }),
      }),
    ]);
  });

  it('of a request that fails as a whole', async () => {
    const { url, upstream, lines } = await startBroken();
    upstream.metrics.text = () => Promise.reject(new TypeError('a bug'));
    await expect(fetch(`${url}/metrics`, { headers: { 'x-request-id': ID } })).rejects.toThrow();
    expect(lines).toEqual([expect.objectContaining({ msg: 'request failed', httpRequestId: ID })]);
  });

  it('of an identity that is held', async () => {
    const gateway = await startGateway({ PUSH_FATIGUE_LIMIT: '1' });
    gateway.sandbox!.device().deny(PENDING.challengeSid);
    await gateway.graphql(
      `query { challenge(serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}", sid: "${PENDING.challengeSid}") { status } }`,
    );
    for (const digit of [2, 3]) {
      const variables = { ...PENDING, challengeSid: `YC${String(digit).padStart(32, '0')}` };
      await gateway.post({ query: RESEND, variables }, { 'x-request-id': ID });
    }
    expect(gateway.lines).toContainEqual(
      expect.objectContaining({ event: 'push_fatigue', httpRequestId: ID }),
    );
  });

  it('of a denial and of a bug where another server executes the schema', async () => {
    const { upstream, lines } = brokenUpstream();
    const twilio = {
      sandboxUrl: undefined,
      metrics: () => Promise.resolve(''),
      close: () => Promise.resolve(),
    };
    keepParts(twilio, { upstream, config: readConfig({}) } as unknown as Parameters<typeof keepParts>[1]);
    const schema = createSchema<{ scopes?: 'verify:resend'[] }>({
      twilio,
      caller: ({ scopes }) => ({ name: 'one', scopes: scopes! }),
      requestId: () => ID,
    });
    const ask = (contextValue: object) =>
      graphql({ schema, source: RESEND, variableValues: PENDING, contextValue });
    await ask({ scopes: ['verify:resend'] });
    await ask({ scopes: ['verify:resend', 'verify:any-identity'] });
    await ask({});
    expect(lines.map(({ msg }) => msg).sort()).toEqual([
      'denied',
      'resend',
      'unexpected error',
      'unexpected error',
    ]);
    for (const line of lines) expect(line).toMatchObject({ httpRequestId: ID });
  });
});
