import { auditServer } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const TYPENAME = { query: '{ __typename }' };

describe('GraphQL over HTTP', () => {
  it('the gateway passes all 61 audits of GraphQL over HTTP', async () => {
    const { url } = await startGateway();
    const results = await auditServer({ url: `${url}/graphql` });
    const failed = results.filter(({ status }) => status !== 'ok');
    expect(failed.map((result) => `${result.id} ${result.name}`)).toEqual([]);
    expect(results).toHaveLength(61);
  });

  it.each([
    ['a result', TYPENAME],
    [
      'a union member',
      { query: RESEND, variables: { ...PENDING, challengeSid: `YC${'0'.repeat(27)}60323` } },
    ],
    ['a top-level error', { query: '{ challenge(serviceSid: "x", identity: "y", sid: "z") { sid } }' }],
    ['a syntax error', { query: '{' }],
    ['an unknown field', { query: '{ nope }' }],
    ['a variable of the wrong type', { query: RESEND, variables: { ...PENDING, ttl: 'soon' } }],
    ['too many tokens', { query: `{ ${'a '.repeat(1_000)} }` }],
    ['too many characters', { query: `{ __typename${' '.repeat(10_000)} }` }],
    ['a missing operation', { query: 'query a { __typename } query b { __typename }' }],
    ['a batch', [TYPENAME]],
    ['no query', {}],
    ['an unknown parameter', { ...TYPENAME, persisted: 'x' }],
  ])('the gateway gives the same answer for %s whichever way it is executed', async (_, body) => {
    const { post } = await startGateway();
    // A charset makes the gateway leave the request to Yoga's HTTP layer.
    const answers = ['application/json', 'application/json; charset=utf-8'].map(async (accept) => {
      const response = await post(body, { accept });
      const text = (await response.text()).replace(/RQ[0-9a-f]{32}/, 'RQ');
      return { status: response.status, type: response.headers.get('content-type'), text };
    });
    const [direct, throughYoga] = await Promise.all(answers);
    expect(direct).toEqual(throughYoga);
  });

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/json, application/graphql-response+json', 'application/json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    [
      'text/event-stream, multipart/mixed, application/graphql-response+json',
      'application/graphql-response+json',
    ],
  ])('a request with accept %s is answered as %s', async (accept, type) => {
    const { post } = await startGateway();
    const response = await post(TYPENAME, accept === undefined ? {} : { accept });
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
  });

  it.each([
    [{ ttl: 1.5 }],
    [{ ttl: '5' }],
    [{ ttl: 3_000_000_000 }],
    [{ identity: 5 }],
    [{ identity: ['a'] }],
    [{ serviceSid: {} }],
    [{ challengeSid: null }],
  ])('a variable that does not fit its type is named: %j', async (variables) => {
    const { post, lines, sandbox } = await startGateway();
    const body = { query: RESEND, variables: { ...PENDING, ...variables } };
    for (const [accept, status] of [
      ['application/json', 200],
      ['application/graphql-response+json', 400],
    ] as const) {
      const response = await post(body, { accept });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        errors: [
          {
            message: expect.stringContaining(Object.keys(variables)[0]!),
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      });
    }
    expect(lines).toEqual([]);
    expect(sandbox!.notifications).toEqual([]);
  });

  it.each([
    ['nested 4,000 deep', '{a'.repeat(4_000) + '}'.repeat(4_000)],
    ['of 40,000 brackets', `query ($x: ${'['.repeat(20_000)}Int${']'.repeat(20_000)}) { __typename }`],
    [
      'of 2,000 aliases',
      `{ ${Array.from({ length: 2_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
    ],
  ])('a document %s is refused by its tokens', async (_, query) => {
    const { post, lines } = await startGateway({ LIMIT_CHARACTERS: '100000' });
    const response = await post({ query }, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('1000 tokens'), extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
      ],
    });
    expect(lines).toEqual([]);
  });

  it('a GET is refused when its variables are not JSON', async () => {
    const { url } = await startGateway();
    const response = await fetch(`${url}/graphql?query={__typename}&variables={bad`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('application/json-patch is not taken for JSON', async () => {
    const { post } = await startGateway();
    expect((await post(TYPENAME, { accept: 'application/json-patch' })).status).toBe(406);
  });

  it('a mutation is never executed by GET', async () => {
    const { url, sandbox } = await startGateway();
    const { serviceSid, identity, challengeSid } = PENDING;
    const query = `mutation { resendChallengeNotification(
      serviceSid: "${serviceSid}", identity: "${identity}", challengeSid: "${challengeSid}"
    ) { __typename } }`;
    const response = await fetch(`${url}/graphql?query=${encodeURIComponent(query)}`);
    expect(response.status).toBe(405);
    expect(sandbox!.notifications).toEqual([]);
  });
});
