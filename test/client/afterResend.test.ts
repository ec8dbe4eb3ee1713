import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { print } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ChallengeDocument,
  introspection,
  keys,
  possibleTypes,
  ResendChallengeNotificationDocument,
  typePolicies,
} from '../../src/client/index.ts';
import type { ChallengeQuery, ResendChallengeNotificationMutation } from '../../src/client/index.ts';
import { EVERY_MEMBER } from '../helpers/everyMember.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

type Result = NonNullable<ResendChallengeNotificationMutation['resendChallengeNotification']>;

type Challenge = ChallengeQuery['challenge'];

/** What a page does with the challenge it shows. */
interface Page {
  readonly read: () => Promise<unknown>;
  readonly resend: (variables: typeof PENDING) => Promise<Result>;
  readonly shown: () => unknown;
}

function openApollo(url: string, challenge: typeof PENDING): Page {
  const client = new ApolloClient({
    link: new HttpLink({ uri: `${url}/graphql` }),
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
  });
  onTestFinished(() => client.stop());
  const watched = client.watchQuery({ query: ChallengeDocument, variables: challenge });
  const subscription = watched.subscribe(() => {});
  onTestFinished(() => subscription.unsubscribe());
  return {
    read: () => watched.refetch(),
    resend: async (variables) => {
      const sent = await client.mutate({ mutation: ResendChallengeNotificationDocument, variables });
      return sent.data!.resendChallengeNotification!;
    },
    shown: () => client.readQuery({ query: ChallengeDocument, variables: challenge })?.challenge,
  };
}

function openUrql(url: string, challenge: typeof PENDING): Page {
  const client = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    exchanges: [cacheExchange({ schema: introspection, keys }), fetchExchange],
  });
  return {
    read: () => client.query(ChallengeDocument, challenge, { requestPolicy: 'network-only' }).toPromise(),
    resend: async (variables) => {
      const sent = await client.mutation(ResendChallengeNotificationDocument, variables).toPromise();
      return sent.data!.resendChallengeNotification!;
    },
    shown: () =>
      client.readQuery(ChallengeDocument, challenge, { requestPolicy: 'cache-only' })?.data?.challenge,
  };
}

const withoutTime = (challenge: Challenge) =>
  challenge && {
    ...challenge,
    resend: { ...challenge.resend, availableAt: null },
    waiting: challenge.waiting && { ...challenge.waiting, changesAt: null },
  };
const timeOf = (challenge: Challenge): number =>
  Date.parse(challenge?.resend.availableAt ?? new Date(0).toJSON());

describe.each([
  ['Apollo Client', openApollo],
  ['urql', openUrql],
])('a button of %s that follows the cache', (client, open) => {
  it.each(EVERY_MEMBER)(
    `a button of ${client} that follows the cache is up to date after %s`,
    async (member, variables) => {
      const gateway = await startGateway({ RESEND_COOLDOWN_SECONDS: '60' });
      const challenge = { ...PENDING, challengeSid: variables.challengeSid ?? PENDING.challengeSid };
      const page = open(gateway.url, challenge);
      await page.read();
      // Somebody else clicked, after this page was opened.
      if (member === 'ResendCooldownError') await gateway.resend();
      const result = await page.resend({ ...challenge, ...variables } as typeof PENDING);
      expect(result.__typename).toBe(member);
      if (!('challenge' in result && result.challenge)) await page.read();
      const { data } = await gateway.graphql(print(ChallengeDocument), challenge);
      const fetched = data!['challenge'] as Challenge;
      const shown = page.shown() as Challenge;
      expect(withoutTime(shown)).toEqual(withoutTime(fetched));
      // Whole seconds from each read on.
      expect(Math.abs(timeOf(shown) - timeOf(fetched))).toBeLessThan(2_000);
    },
  );
});
