import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import type { DocumentNode, TypedDocumentNode } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { print } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as client from '../../src/client/index.ts';
import { recordFetch } from '../helpers/clientFetch.ts';
import { seededSid } from '../../src/sandbox/seed.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';

const MANIFEST_PATH = 'dist/client/generated/trusted-documents.json';
const MANIFEST = JSON.parse(readFileSync(MANIFEST_PATH, 'utf8')) as Record<string, string>;
const startTrusting = () => startGateway({ TRUSTED_DOCUMENTS: MANIFEST_PATH });

const PUSH = {
  serviceSid: PENDING.serviceSid,
  identity: PENDING.identity,
  factorSid: `YF${'0'.repeat(31)}1`,
};
const OPERATIONS: readonly (readonly [string, TypedDocumentNode<any, any>, object])[] = [
  ['Challenge', client.ChallengeDocument, PENDING],
  ['PendingChallenges', client.PendingChallengesDocument, PENDING],
  [
    'CreateChallenge',
    client.CreateChallengeDocument,
    { input: { ...PUSH, details: { message: 'Sign in?' } } },
  ],
  ['ResendChallengeNotification', client.ResendChallengeNotificationDocument, PENDING],
];
const isMutation = (name: string) => !/^(Pending)?Challenges?$/.test(name);

/** Asks as a page with this client does. */
type Ask = (url: string, name: string, document: DocumentNode, variables: object) => Promise<GraphQLAnswer>;

const askApollo =
  (link?: ApolloLink): Ask =>
  async (url, name, document, variables) => {
    const { fetch, answers, sent } = recordFetch();
    const http = new HttpLink({ uri: `${url}/graphql`, fetch });
    const { possibleTypes } = client;
    const cache = new InMemoryCache({ possibleTypes });
    const apollo = new ApolloClient({ link: link ? link.concat(http) : http, cache });
    onTestFinished(() => apollo.stop());
    await (isMutation(name)
      ? apollo.mutate({ mutation: document, variables, errorPolicy: 'all' })
      : apollo.query({ query: document, variables, errorPolicy: 'all' }));
    expect(sent).toHaveLength(1);
    if (link) expect(sent[0]).not.toHaveProperty('query');
    return answers[0]!;
  };

const byHash = () =>
  new PersistedQueryLink({ sha256: (text: string) => createHash('sha256').update(text).digest('hex') });

const askUrql: Ask = async (url, name, document, variables) => {
  const { fetch, answers, sent } = recordFetch();
  const { introspection, keys } = client;
  const urql = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetch,
    exchanges: [cacheExchange({ schema: introspection, keys }), fetchExchange],
  });
  await (isMutation(name) ? urql.mutation(document, variables) : urql.query(document, variables)).toPromise();
  expect(sent).toHaveLength(1);
  return answers[0]!;
};

const CLIENTS: readonly (readonly [string, () => Ask])[] = [
  ['Apollo Client', () => askApollo()],
  ['Apollo Client, by the hash of the text', () => askApollo(byHash())],
  ['urql', () => askUrql],
];

describe.each(CLIENTS)('a gateway that trusts the manifest of the client answers %s', (client, ask) => {
  it.each(OPERATIONS)(
    `${client} is answered %s by a gateway that trusts its manifest`,
    async (name, document, variables) => {
      const { url } = await startTrusting();
      const answer = await ask()(url, name, document, variables);
      expect(answer.errors).toBeUndefined();
      expect(Object.values(answer.data!)[0]).toEqual(
        expect.objectContaining({ __typename: expect.any(String) }),
      );
    },
  );
});

describe('a gateway that trusts the manifest of the client', () => {
  const entries = Object.entries(MANIFEST);
  const isSubscription = ([, text]: [string, string]) => text.startsWith('subscription');

  it.each(entries.filter(isSubscription))(
    'a gateway that trusts the manifest of the client streams %s by its id',
    async (documentId) => {
      const { post } = await startTrusting();
      const variables = { ...PENDING, challengeSid: seededSid('YC', 60322) };
      const response = await post({ documentId, variables }, { accept: 'text/event-stream' });
      expect(await response.text()).toContain('"status":"APPROVED"');
    },
  );

  it.each(entries.filter((entry) => !isSubscription(entry)))(
    'a gateway that trusts the manifest of the client executes %s by its id',
    async (documentId, text) => {
      const { post } = await startTrusting();
      const [, , variables] = OPERATIONS.find(([name]) => text.includes(` ${name}(`))!;
      const { errors, data } = (await (await post({ documentId, variables })).json()) as GraphQLAnswer;
      expect(errors).toBeUndefined();
      expect(Object.values(data!)[0]).not.toBeNull();
    },
  );

  it('a gateway that trusts the manifest of the client executes no other document', async () => {
    const { post } = await startTrusting();
    const other = print(client.ChallengeDocument).replace('status', 'status factorType');
    const { errors } = (await (await post({ query: other, variables: PENDING })).json()) as GraphQLAnswer;
    expect(errors![0]!.extensions).toMatchObject({ code: 'UNTRUSTED_DOCUMENT' });
  });
});
