import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import type { InMemoryCacheConfig } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { relayStylePagination } from '@apollo/client/utilities';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  ChallengeDocument,
  CreateChallengeDocument,
  createIntent,
  PendingChallengesDocument,
  possibleTypes,
  ResendChallengeNotificationDocument,
  typePolicies,
} from '../../src/client/index.ts';
import type { ChallengeQuery, PendingChallengesQuery } from '../../src/client/index.ts';
import { seededSid } from '../../src/sandbox/seed.ts';
import { recordFetch } from '../helpers/clientFetch.ts';
import { EVERY_MEMBER } from '../helpers/everyMember.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { itShowsTheNewState } from '../helpers/itShowsTheNewState.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const NEW_CHALLENGE = {
  serviceSid: PENDING.serviceSid,
  identity: PENDING.identity,
  factorSid: seededSid('YF', 1),
  details: { message: 'Sign in?' },
};

interface Setting {
  readonly cache?: InMemoryCacheConfig;
  readonly links?: ApolloLink[];
  readonly lose?: (requestNumber: number) => boolean;
}

/** Apollo Client in front of a gateway, until the test ends; `sent` and `answers` are what goes over the network. */
function startApollo(
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

/** A component that shows the challenge; `shown` is what it shows now. */
async function watchChallenge(client: ApolloClient, challengeSid: string) {
  const shown: ChallengeQuery['challenge'][] = [];
  const watched = client.watchQuery({ query: ChallengeDocument, variables: { ...PENDING, challengeSid } });
  const subscription = watched.subscribe(({ data, dataState }) => {
    if (dataState === 'complete') shown.push(data.challenge);
  });
  onTestFinished(() => subscription.unsubscribe());
  await expect.poll(() => shown).toHaveLength(1);
  return () => shown.at(-1);
}

describe('Apollo Client', () => {
  it.each(EVERY_MEMBER)('Apollo Client reads every field of %s', async (member, variables) => {
    const { url, resend: sendBefore } = await startGateway({ RESEND_COOLDOWN_SECONDS: '60' });
    if (member === 'ResendCooldownError') await sendBefore();
    const { resend, answers } = startApollo(url);
    const { data } = await resend(variables);
    expect(data).toEqual(answers[0]!.data);
    expect(data?.resendChallengeNotification?.__typename).toBe(member);
  });

  it('Apollo Client loses the fields selected on the interface when it does not know the members', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const { url } = await startGateway();
    const { resend, answers } = startApollo(url, { cache: {} });
    const { data } = await resend({ challengeSid: seededSid('YC', 60309) });
    expect(answers[0]!.data!['resendChallengeNotification']).toMatchObject({
      code: 'NOTIFICATION_CAP_REACHED',
    });
    expect(data!.resendChallengeNotification).not.toHaveProperty('code');
    expect(warn).toHaveBeenCalled();
  });

  it('Apollo Client reads the pending challenges', async () => {
    const { url } = await startGateway();
    const { client, answers } = startApollo(url);
    const { data } = await client.query({
      query: PendingChallengesDocument,
      variables: { ...PENDING, first: 3 },
    });
    expect(data).toEqual(answers[0]!.data);
    expect(data?.entity?.challenges?.edges.length).toBeGreaterThan(1);
  });

  it('Apollo Client adds a page of pending challenges to those before', async () => {
    const { url } = await startGateway();
    const challenges = relayStylePagination(['status', 'order']);
    const paginated = { ...typePolicies, Entity: { fields: { challenges } } };
    const { client, answers } = startApollo(url, { cache: { possibleTypes, typePolicies: paginated } });
    const list = client.watchQuery({ query: PendingChallengesDocument, variables: { ...PENDING, first: 2 } });
    const subscription = list.subscribe(() => {});
    onTestFinished(() => subscription.unsubscribe());
    await expect.poll(() => list.getCurrentResult().dataState).toBe('complete');
    const shown = () => list.getCurrentResult().data as PendingChallengesQuery;
    const { endCursor } = shown().entity!.challenges!.pageInfo;
    await list.fetchMore({ variables: { after: endCursor } });
    const edges = () => shown().entity!.challenges!.edges;
    await expect.poll(edges).toHaveLength(4);
    const pages = answers.flatMap(({ data }) => data!['entity'].challenges.edges);
    expect(edges().map(({ node }) => node)).toEqual(pages.map(({ node }) => node));
    expect(new Set(edges().map(({ node }) => node.sid)).size).toBe(4);
    const { data } = await client.mutate({
      mutation: CreateChallengeDocument,
      variables: { input: NEW_CHALLENGE },
      refetchQueries: [PendingChallengesDocument],
      awaitRefetchQueries: true,
    });
    const created = data!.createChallenge as { sid: string };
    await expect.poll(() => edges()[0]!.node.sid).toBe(created.sid);
  });

  it('Apollo Client shows the allowed fields when the challenge may not be read', async () => {
    const key = await makeKey('one');
    const issuer = await startIssuer(key);
    const { url } = await startGateway(issuer.env);
    const headers = bearer(await sign(key, { scope: 'verify:resend' }));
    const calls = watchSandbox();
    const { client, resend } = startApollo(url);
    await expect(resend({}, headers)).rejects.toThrow('verify:read');
    const { data, error } = await client.mutate({
      mutation: ResendChallengeNotificationDocument,
      variables: PENDING,
      context: { headers },
      errorPolicy: 'all',
    });
    expect(data!.resendChallengeNotification).toMatchObject({ __typename: 'Notification', challenge: null });
    expect(error!.message).toContain('verify:read');
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(2);
  });

  it('Apollo Client keeps what two components show of one button', async () => {
    const { url } = await startGateway({ RESEND_COOLDOWN_SECONDS: '60' });
    const { client, resend, sent } = startApollo(url);
    const shown = ['allowed notificationsSent', 'allowed notificationsRemaining'].map((fields, index) => {
      const query = gql`query Watcher${index}($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
        challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) { id resend { ${fields} } }
      }`;
      const watched = client.watchQuery<ChallengeQuery>({ query, variables: PENDING });
      const subscription = watched.subscribe(() => {});
      onTestFinished(() => subscription.unsubscribe());
      return () => watched.getCurrentResult().data?.challenge?.resend;
    });
    await expect
      .poll(() => shown.map((state) => state()))
      .toMatchObject([
        { allowed: true, notificationsSent: 0 },
        { allowed: true, notificationsRemaining: 3 },
      ]);
    await resend();
    await expect
      .poll(() => shown.map((state) => state()))
      .toMatchObject([
        { allowed: false, notificationsSent: 1 },
        { allowed: false, notificationsRemaining: 2 },
      ]);
    // One for each component and the resend: neither asked again for what the other's answer had replaced.
    expect(sent).toHaveLength(3);
  });

  itShowsTheNewState('Apollo Client', async (url, challengeSid) => {
    const { client, resend, sent } = startApollo(url);
    return { shown: await watchChallenge(client, challengeSid), resend, sent };
  });

  it('Apollo Client repeats a lost resend under its key, and sends one push', async () => {
    const { url } = await startGateway();
    const calls = watchSandbox();
    const retry = new RetryLink({ delay: { initial: 1, jitter: false } });
    const { resend, sent } = startApollo(url, { links: [retry], lose: (number) => number === 1 });
    const { data } = await createIntent().send(PENDING, (headers) => resend({}, headers));
    expect(data?.resendChallengeNotification?.__typename).toBe('Notification');
    expect(sent).toHaveLength(2);
    expect(sent[0]!.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
    expect(sent[1]!.headers.get('idempotency-key')).toBe(sent[0]!.headers.get('idempotency-key'));
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(1);
  });

  it('Apollo Client sends one push for two clicks when the answer to the first was lost', async () => {
    const { url } = await startGateway();
    const calls = watchSandbox();
    const { resend } = startApollo(url, { lose: (number) => number === 1 });
    const { send } = createIntent();
    const click = () => send(PENDING, (headers) => resend({}, headers));
    await expect(click()).rejects.toThrow('fetch failed');
    expect((await click()).data?.resendChallengeNotification?.__typename).toBe('Notification');
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(1);
    await click();
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(2);
  });

  it('Apollo Client keeps the key when a token is refused in between', async () => {
    const key = await makeKey('one');
    const issuer = await startIssuer(key);
    const { url } = await startGateway(issuer.env);
    const scopes = ['verify:resend verify:read', 'verify:read', 'verify:resend verify:read'];
    const { resend, sent } = startApollo(url, { lose: (number) => number === 1 });
    const { send } = createIntent();
    const calls = watchSandbox();
    const answers: unknown[] = [];
    for (const scope of scopes) {
      const token = bearer(await sign(key, { scope }));
      const click = send(PENDING, (headers) => resend({}, { ...headers, ...token }));
      answers.push(await click.catch(({ message }: Error) => message));
    }
    expect(answers[1]).toMatch(/verify:resend/);
    expect(answers[2]).toMatchObject({
      data: { resendChallengeNotification: { __typename: 'Notification' } },
    });
    expect(new Set(sent.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(1);
  });

  it('Apollo Client keeps the key when too many requests are refused in between', async () => {
    const { url } = await startGateway({ LIMIT_REQUESTS_PER_MINUTE: '1' });
    const { resend, sent } = startApollo(url, { lose: (number) => number === 1 });
    const { send } = createIntent();
    const click = () => send(PENDING, (headers) => resend({}, headers)).catch((error: Error) => error.name);
    await click();
    expect(await click()).toMatch(/CombinedGraphQLErrors|ServerError/);
    await click();
    expect(new Set(sent.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
  });
});
