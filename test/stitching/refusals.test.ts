import type { JWTPayload } from 'jose';
import { graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSubschema } from '../../src/stitching/index.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { asOfHost, schemaOf, startBehindHost, stitchHost, withPrefix } from '../helpers/stitchedHost.ts';

const READ = `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) { __typename sid hiddenDetails }
}`;
const READ_ALL = READ.replace('__typename sid', '__typename sid status');

async function startSigned(prefix: string, env: NodeJS.ProcessEnv = {}) {
  const key = await makeKey('a');
  const { env: issuer } = await startIssuer(key);
  const started = await startBehindHost(prefix, { UPSTREAM: 'sandbox', ...issuer, ...env });
  const tokenOf = async (claims: JWTPayload = {}) => bearer(await sign(key, claims));
  /** The two HTTP answers, direct and through the host, with their bodies. */
  async function askBoth(query: string, headers: object) {
    const body = { query, variables: PENDING };
    const direct = await started.gateway.post(body, headers as Record<string, string>);
    const through = await started.host.post(withPrefix(query, prefix), PENDING, headers);
    const read = async (response: Response) => (await response.json()) as GraphQLAnswer;
    return { direct, through, directJson: await read(direct), throughJson: await read(through) };
  }
  return { ...started, tokenOf, askBoth };
}

describe.each(['', 'Verify'])('a person who may not, through a host with prefix "%s"', (prefix) => {
  it.each([
    ['with another identity', { sub: 'somebody-else' }, READ],
    ['without the scope to read', { scope: 'verify:resend' }, READ],
    ['without the scope to resend', { scope: 'verify:read' }, RESEND],
    ['without the scope of one field', { scope: 'verify:read' }, READ_ALL],
  ])(
    `a host with prefix "${prefix}" gives a caller %s the answer of the gateway`,
    async (_, claims, query) => {
      const { askBoth, tokenOf } = await startSigned(prefix);
      const { direct, through, directJson, throughJson } = await askBoth(query, await tokenOf(claims));
      expect(directJson.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(throughJson).toEqual(asOfHost(directJson, prefix));
      expect(through.status).toBe(direct.status);
    },
  );

  it.each([
    ['without a token', async () => ({})],
    ['with a bad token', async () => bearer('a.b.c')],
    ['with an expired token', async (tokenOf: TokenOf) => tokenOf({ exp: 1 })],
    ['with no bearer token', async () => ({ authorization: 'Basic dTpw' })],
  ])(`a host with prefix "${prefix}" refuses a caller %s as the gateway does`, async (_, headersFor) => {
    const { askBoth, tokenOf } = await startSigned(prefix);
    const { direct, through, directJson, throughJson } = await askBoth(READ, await headersFor(tokenOf));
    expect(directJson.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect([through.status, through.headers.get('www-authenticate')]) //
      .toEqual([401, direct.headers.get('www-authenticate')]);
    expect(throughJson).toEqual(inField(directJson));
  });

  it(`a host with prefix "${prefix}" tells how long to wait when a caller asks too often`, async () => {
    const { askBoth, tokenOf } = await startSigned(prefix, { LIMIT_REQUESTS_PER_MINUTE: '1' });
    const headers = await tokenOf();
    await askBoth(READ, headers);
    const { direct, through, directJson, throughJson } = await askBoth(READ, headers);
    expect(directJson.errors![0]!.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: expect.any(Number),
    });
    expect([through.status, through.headers.has('retry-after')]).toEqual([429, true]);
    expect(direct.status).toBe(429);
    expect(throughJson.errors![0]!.message).toBe(directJson.errors![0]!.message);
    expect(throughJson.errors![0]!.extensions!['retryAfterSeconds']).toBeGreaterThan(0);
  });
});

it('a refusal of the gateway leaves the fields of other schemas answered', async () => {
  const { env } = await startIssuer(await makeKey('a'));
  const { url } = await startGateway({ UPSTREAM: 'sandbox', ...env });
  const other = schemaOf('type Query { weather: String }', { weather: () => 'fair' });
  const { post } = stitchHost(other, createSubschema({ endpoint: `${url}/graphql` }));
  const response = await post(
    'query ($serviceSid: ID!) { weather service(sid: $serviceSid) { sid } }',
    PENDING,
  );
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({
    data: { weather: 'fair', service: null },
    errors: [{ path: ['service'], extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

it('a refusal shows no status among the extensions on hosts that do not read it', async () => {
  const { env } = await startIssuer(await makeKey('a'));
  const { url } = await startGateway({ UPSTREAM: 'sandbox', ...env });
  const { schema } = stitchHost(createSubschema({ endpoint: `${url}/graphql` }));
  const answer = await graphql({ schema, source: READ, variableValues: PENDING });
  expect(JSON.parse(JSON.stringify(answer)).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
  expect(Object.keys(answer.errors![0]!.extensions)).toEqual(['code']);
});

type TokenOf = (claims?: JWTPayload) => Promise<{ authorization: string }>;

/** A refusal of a whole request, as a host has to give it: at the field it asked for. */
const inField = ({ errors }: GraphQLAnswer) => ({
  data: { challenge: null },
  errors: errors!.map((error) => ({ ...error, path: ['challenge'] })),
});
