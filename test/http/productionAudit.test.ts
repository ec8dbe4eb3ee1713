import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { getIntrospectionQuery } from 'graphql';
import { auditServer } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';

const PRODUCTION = { NODE_ENV: 'production', AUTH: 'none' };

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** What scanners of GraphQL servers look for, each as one request to a gateway in production settings. */
async function ask(init: RequestInit, search = '') {
  const { url } = await startGateway(PRODUCTION);
  const response = await fetch(`${url}/graphql${search}`, init);
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, answer: jsonOf(text) };
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

function jsonOf(text: string): GraphQLAnswer | undefined {
  try {
    return JSON.parse(text) as GraphQLAnswer;
  } catch {
    return undefined;
  }
}

describe('in production settings', () => {
  it('production settings pass all 61 audits of GraphQL over HTTP', async () => {
    const { url } = await startGateway(PRODUCTION);
    const results = await auditServer({ url: `${url}/graphql` });
    const failed = results.filter(({ status }) => status !== 'ok');
    expect(failed.map((result) => `${result.id} ${result.name}`)).toEqual([]);
    expect(results).toHaveLength(61);
  });

  it.each<[string, unknown, RegExp]>([
    ['its schema', { query: getIntrospectionQuery() }, /does not answer introspection/],
    [
      'its types, round in circles',
      { query: `{ __schema { types { ${times(3, () => 'fields { type {')} name ${'} } '.repeat(3)} } } }` },
      /introspection/,
    ],
    ['101 aliases', { query: `{ ${times(101, (index) => `n${index}: __typename`)} }` }, /has more than 10/],
    [
      '500 times the same field',
      { query: `{ ${times(500, () => '__typename')} }` },
      /more than 10 root fields/,
    ],
    [
      'a field with 10 directives it does not know',
      { query: `{ __typename ${'@x '.repeat(10)} }` },
      /directive|Too many/,
    ],
    ['ten operations in one request', Array(10).fill({ query: '{ __typename }' }), /Batching/],
  ])('production settings do not answer %s', async (_, body, reason) => {
    const { answer } = await ask(post(body));
    expect(answer).toEqual({ errors: expect.any(Array) });
    for (const { message } of answer!.errors!) expect(message).toMatch(reason);
  });

  it('production settings report no more than five of many errors', async () => {
    const { answer } = await ask(post({ query: `{ __typename ${'@x '.repeat(10)} }` }));
    expect(answer!.errors).toHaveLength(6);
  });

  it.each([
    ['a field', '{ servic { sid } }'],
    ['a field of the schema itself', '{ __schema { directive } }'],
    ['a type', 'query ($x: Strng) { __typename }'],
  ])('production settings do not help to guess %s', async (_, query) => {
    const { text } = await ask(post({ query }));
    expect(text).toContain('"errors"');
    expect(text).not.toMatch(/did you mean/i);
  });

  it.each(['query', 'mutation'])(
    'production settings execute no %s that a link could carry',
    async (operation) => {
      const { url } = await startGateway(PRODUCTION);
      const link = `${url}/graphql?query=${encodeURIComponent(`${operation} { __typename }`)}`;
      // Unlike fetch, which says of itself that it is one.
      const [response] = (await once(request(link).end(), 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(400);
      expect(jsonOf(await readText(response))).toMatchObject({
        errors: [{ extensions: { code: 'CSRF_PREVENTED' } }],
      });
    },
  );

  it('production settings execute no mutation by GET, with any header', async () => {
    const init = { headers: { 'apollo-require-preflight': 'true' } };
    const { status, answer } = await ask(init, `?query=${encodeURIComponent('mutation { __typename }')}`);
    expect(status).toBe(405);
    expect(answer).toEqual({ errors: expect.any(Array) });
  });

  it('production settings execute nothing that a form could post', async () => {
    const body = new URLSearchParams({ query: '{ __typename }' });
    const { status, answer } = await ask({ method: 'POST', body });
    expect(status).toBe(415);
    expect(answer).toEqual({ errors: expect.any(Array) });
  });

  it('production settings have no page to try the API on', async () => {
    const { status, text, headers } = await ask({ headers: { accept: 'text/html' } });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(text).not.toMatch(/<script|<html/i);
  });

  it.each([
    ['what is no GraphQL', { query: 'nonsense { a }' }],
    ['an unknown field', { query: '{ nope }' }],
    [
      'a variable of the wrong type',
      { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: { id: {} } },
    ],
    ['an id that is none', { query: '{ node(id: "x") { id } }' }],
    ['no query', {}],
    ['what is no JSON', '{"query":"{ secret }"'],
  ])('production settings say of %s why it is refused, and nothing about the gateway', async (_, body) => {
    const { text, answer } = await ask(post(body));
    for (const { extensions } of answer!.errors!) {
      expect(Object.keys(extensions!).filter((name) => !['code', 'issues'].includes(name))).toEqual([]);
    }
    expect(answer).not.toHaveProperty('extensions');
    expect(text).not.toMatch(/stack|tracing|SyntaxError|secret|node_modules|\.[jt]s:\d/i);
  });
});
