import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createIntent, ResendChallengeNotificationDocument } from '../../src/client/index.ts';
import type { IntentHeaders } from '../../src/client/index.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

type Ask = (headers: IntentHeaders) => Promise<unknown>;

const CLIENTS: Record<string, (uri: string, fetch: typeof globalThis.fetch) => Ask> = {
  fetch: (uri, fetch) => async (headers) => {
    const response = await fetch(uri, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: print(ResendChallengeNotificationDocument), variables: PENDING }),
    });
    return response.json();
  },
  'Apollo Client': (uri, fetch) => {
    const client = new ApolloClient({ link: new HttpLink({ uri, fetch }), cache: new InMemoryCache() });
    const mutation = ResendChallengeNotificationDocument;
    return (headers) => client.mutate({ mutation, variables: PENDING, context: { headers } });
  },
  'Apollo Client with the error policy all': (uri, fetch) => {
    const client = new ApolloClient({ link: new HttpLink({ uri, fetch }), cache: new InMemoryCache() });
    const mutation = ResendChallengeNotificationDocument;
    return (headers) =>
      client.mutate({ mutation, variables: PENDING, context: { headers }, errorPolicy: 'all' });
  },
  urql: (url, fetch) => {
    const client = new Client({ url, fetch, preferGetMethod: false, exchanges: [fetchExchange] });
    return (headers) =>
      client
        .mutation(ResendChallengeNotificationDocument, PENDING, { fetchOptions: { headers } })
        .toPromise();
  },
};

const JSON_TYPE = 'application/json';
const BODIES: readonly [name: string, status: number, type: string, body: string][] = [
  ["API Gateway's timeout", 504, JSON_TYPE, '{"message":"Endpoint request timed out"}'],
  ['the same with status 200', 200, JSON_TYPE, '{"message":"Endpoint request timed out"}'],
  ['an empty object', 200, JSON_TYPE, '{}'],
  ['a problem', 502, 'application/problem+json', '{"title":"Bad Gateway","status":502}'],
  ['null', 200, JSON_TYPE, 'null'],
  ['a list', 200, JSON_TYPE, '[]'],
  ["nginx's text", 502, 'text/plain', '502 Bad Gateway'],
  ["Cloudflare's page", 522, 'text/html', '<!DOCTYPE html><title>Error 522</title>'],
  ['errors without data', 503, JSON_TYPE, '{"errors":[{"message":"Service Unavailable"}]}'],
  ['null as data', 200, JSON_TYPE, '{"data":null}'],
  ['another field', 200, JSON_TYPE, '{"data":{"other":1}}'],
  [
    "a router's error at the mutation",
    200,
    JSON_TYPE,
    '{"data":{"resendChallengeNotification":null},"errors":[{"message":"x","path":["resendChallengeNotification"]}]}',
  ],
];

describe.each(Object.entries(CLIENTS))('%s', (client, connect) => {
  it.each(BODIES)(
    `a click with ${client} is one push when a proxy answers %s`,
    async (...[, status, type, body]) => {
      const { url } = await startGateway();
      const calls = watchSandbox();
      const keys: (string | null)[] = [];
      const ask = connect(`${url}/graphql`, async (input, options) => {
        keys.push(new Headers(options?.headers).get('idempotency-key'));
        const response = await fetch(input, options);
        if (keys.length > 1) return response;
        await response.text();
        return new Response(body, { status, headers: { 'content-type': type } });
      });
      const { send } = createIntent();
      const pushes = () => calls.filter((call) => call.endsWith('/Notifications')).length;
      await send(PENDING, ask).catch(() => {});
      await expect(send(PENDING, ask)).resolves.toMatchObject({
        data: { resendChallengeNotification: { __typename: 'Notification' } },
      });
      expect(pushes()).toBe(1);
      await send(PENDING, ask);
      expect(pushes()).toBe(2);
      expect(keys[1]).toBe(keys[0]);
      expect(keys[2]).not.toBe(keys[0]);
    },
  );
});
