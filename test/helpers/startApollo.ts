import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import type { InMemoryCacheConfig } from '@apollo/client';
import { onTestFinished } from 'vitest';
import { possibleTypes, ResendChallengeNotificationDocument, typePolicies } from '../../src/client/index.ts';
import { recordFetch } from './clientFetch.ts';
import { PENDING } from './startGateway.ts';

interface Setting {
  readonly cache?: InMemoryCacheConfig;
  readonly links?: ApolloLink[];
  readonly lose?: (requestNumber: number) => boolean;
}

/** Apollo Client in front of a gateway, until the test ends; `sent` and `answers` are what goes over the network. */
export function startApollo(
  url: string,
  { cache = { possibleTypes, typePolicies }, links = [], lose }: Setting = {},
) {
  const { fetch, ...network } = recordFetch(lose);
  const http = new HttpLink({ uri: `${url}/graphql`, fetch });
  const client = new ApolloClient({
    link: ApolloLink.from([...links, http]),
    cache: new InMemoryCache(cache),
  });
  onTestFinished(() => client.stop());
  const resend = (variables: object = {}, headers = {}) =>
    client.mutate({
      mutation: ResendChallengeNotificationDocument,
      variables: { ...PENDING, ...variables },
      context: { headers },
    });
  return { client, resend, ...network };
}
