import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { createFetchMultipartSubscription } from '@apollo/client/utilities/subscriptions/relay';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { print } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-sse';
import relay from 'relay-runtime';
import { describe, expect, it, vi } from 'vitest';
import { ChallengeUpdatedDocument } from '../../src/client/index.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const TEXT = print(ChallengeUpdatedDocument);

interface Listener {
  next(result: { readonly data?: any }): void;
  complete(): void;
}

/** Subscribes with a client as it comes. @returns what ends it. */
type Subscribe = (endpoint: string, listener: Listener) => () => void;

const apollo: Subscribe = (uri, { next, complete }) => {
  const client = new ApolloClient({ link: new HttpLink({ uri }), cache: new InMemoryCache() });
  const events = client.subscribe({ query: ChallengeUpdatedDocument, variables: PENDING });
  const subscription = events.subscribe({ next, complete });
  return () => subscription.unsubscribe();
};

const urql: Subscribe = (url, { next, complete }) => {
  const client = new Client({
    url,
    preferGetMethod: false,
    fetchSubscriptions: true,
    exchanges: [fetchExchange],
  });
  const events = client.subscription(ChallengeUpdatedDocument, PENDING);
  const { unsubscribe } = events.subscribe((result) => {
    // urql repeats the last value when the stream is over.
    if (result.hasNext) next(result);
    else complete();
  });
  return unsubscribe;
};

const urqlWithSse: Subscribe = (url, { next, complete }) => {
  const sse = createClient({ url });
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query, variables }) => ({
      subscribe: (sink) => ({
        unsubscribe: sse.subscribe({ query: query!, variables: variables as {} }, sink as never),
      }),
    }),
  });
  const client = new Client({ url, preferGetMethod: false, exchanges: [exchange] });
  const { unsubscribe } = client.subscription(ChallengeUpdatedDocument, PENDING).subscribe((result) => {
    if (result.hasNext) next(result);
    else complete();
  });
  return unsubscribe;
};

const graphqlSse: Subscribe = (url, { next, complete }) =>
  createClient({ url }).subscribe(
    { query: TEXT, variables: { ...PENDING } },
    { next, complete, error: (error) => expect.unreachable(String(error)) },
  );

const relayOf =
  (subscribeTo: (url: string) => relay.SubscribeFunction): Subscribe =>
  (url, { next, complete }) => {
    const operation = { id: null, text: TEXT, name: 'ChallengeUpdated' } as never;
    const events = subscribeTo(url)(operation, PENDING, {});
    const subscription = relay.Observable.from(events as never).subscribe({ next: next as never, complete });
    return () => subscription.unsubscribe();
  };

const relayWithApollo = relayOf((url) => createFetchMultipartSubscription(url) as never);

const relayWithSse = relayOf((url) => {
  const sse = createClient({ url });
  return ({ text }, variables) =>
    relay.Observable.create((sink) => sse.subscribe({ query: text!, variables }, sink as never)) as never;
});

const executorHttp: Subscribe = (endpoint, { next, complete }) => {
  const execute = buildHTTPExecutor({ endpoint, method: 'POST' });
  const results = execute({ document: ChallengeUpdatedDocument, variables: PENDING }) as Promise<
    AsyncIterableIterator<ExecutionResult>
  >;
  void results.then(async (events) => {
    for await (const result of events) next(result);
    complete();
  });
  return () => void results.then((events) => events.return?.());
};

const CLIENTS: readonly (readonly [string, Subscribe])[] = [
  ['Apollo Client', apollo],
  ['urql with fetchSubscriptions', urql],
  ['urql with graphql-sse', urqlWithSse],
  ['graphql-sse', graphqlSse],
  ["Relay with Apollo's adapter", relayWithApollo],
  ['Relay with graphql-sse', relayWithSse],
  ['executor-http by POST', executorHttp],
];

describe.each(CLIENTS)('%s', (client, subscribe) => {
  it(`${client} sees the state, the change and the end`, async () => {
    const { url, sandbox } = await startGateway();
    const seen: string[] = [];
    subscribe(`${url}/graphql`, {
      next: ({ data }) => seen.push(data.challengeUpdated.status),
      complete: () => seen.push('complete'),
    });
    await vi.waitFor(() => expect(seen).toEqual(['PENDING']), 5_000);
    sandbox!.device().approve(PENDING.challengeSid);
    await vi.waitFor(() => expect(seen).toEqual(['PENDING', 'APPROVED', 'complete']), 5_000);
  });

  it(`${client} frees the gateway when it stops`, async () => {
    const { url } = await startGateway();
    const seen: unknown[] = [];
    const stop = subscribe(`${url}/graphql`, { next: (result) => seen.push(result), complete: () => {} });
    await vi.waitFor(() => expect(seen).toHaveLength(1), 5_000);
    stop();
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toContain('\nverify_push_subscriptions 0');
    }, 5_000);
  });
});
