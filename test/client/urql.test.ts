import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { CacheExchangeOpts } from '@urql/exchange-graphcache';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  ChallengeDocument,
  createIntent,
  introspection,
  keys,
  PendingChallengesDocument,
  ResendChallengeNotificationDocument,
} from '../../src/client/index.ts';
import type { ChallengeQuery } from '../../src/client/index.ts';
import { seededSid } from '../../src/sandbox/seed.ts';
import { recordFetch } from '../helpers/clientFetch.ts';
import { EVERY_MEMBER } from '../helpers/everyMember.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { itShowsTheNewState } from '../helpers/itShowsTheNewState.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const CACHE = { schema: introspection, keys };

function startUrql(url: string, cache: CacheExchangeOpts = CACHE, lose?: (requestNumber: number) => boolean) {
  const { fetch, ...network } = recordFetch(lose);
  const client = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetch,
    exchanges: [cacheExchange(cache), fetchExchange],
  });
  const resend = (variables: object = {}, headers = {}) =>
    client
      .mutation(
        ResendChallengeNotificationDocument,
        { ...PENDING, ...variables },
        { fetchOptions: { headers } },
      )
      .toPromise();
  return { client, resend, ...network };
}

/** A component that shows the challenge; it tells what it shows now. */
async function watchChallenge(client: Client, challengeSid: string) {
  const shown: (ChallengeQuery['challenge'] | undefined)[] = [];
  const subscription = client
    .query(ChallengeDocument, { ...PENDING, challengeSid })
    .subscribe(({ data }) => shown.push(data?.challenge));
  onTestFinished(() => subscription.unsubscribe());
  await expect.poll(() => shown).toHaveLength(1);
  return () => shown.at(-1);
}

describe('urql with Graphcache', () => {
  it.each(EVERY_MEMBER)('urql reads every field of %s', async (member, variables) => {
    const warn = vi.spyOn(console, 'warn');
    onTestFinished(() => warn.mockRestore());
    const { url, resend: sendBefore } = await startGateway({ RESEND_COOLDOWN_SECONDS: '60' });
    if (member === 'ResendCooldownError') await sendBefore();
    const { resend, answers } = startUrql(url);
    const { data } = await resend(variables);
    expect(data).toEqual(answers[0]!.data);
    expect(data?.resendChallengeNotification?.__typename).toBe(member);
    expect(warn.mock.calls).toEqual([]);
  });

  it('urql loses the fields selected on the interface when it does not know the schema', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const { url } = await startGateway();
    const { resend, answers } = startUrql(url, {});
    const { data } = await resend({ challengeSid: seededSid('YC', 60309) });
    expect(answers[0]!.data!['resendChallengeNotification']).toMatchObject({
      code: 'NOTIFICATION_CAP_REACHED',
    });
    expect(data!.resendChallengeNotification).not.toHaveProperty('code');
    expect(warn).toHaveBeenCalled();
  });

  it('urql reads the pending challenges', async () => {
    const { url } = await startGateway();
    const { client, answers } = startUrql(url);
    const { data } = await client.query(PendingChallengesDocument, { ...PENDING, first: 3 }).toPromise();
    expect(data).toEqual(answers[0]!.data);
    expect(data?.entity?.challenges?.edges.length).toBeGreaterThan(1);
  });

  it('urql adds a page of pending challenges to those before', async () => {
    const { url } = await startGateway();
    const resolvers = { Entity: { challenges: relayPagination() } };
    const { client, answers } = startUrql(url, { ...CACHE, resolvers });
    const list = (after: string | null) =>
      client.query(PendingChallengesDocument, { ...PENDING, first: 2, after }).toPromise();
    const first = (await list(null)).data!.entity!.challenges!;
    expect(first.edges).toHaveLength(2);
    const { edges } = (await list(first.pageInfo.endCursor)).data!.entity!.challenges!;
    const pages = answers.map(({ data }) => data!['entity'].challenges.edges);
    expect(edges.map(({ node }) => node?.sid)).toEqual(pages.flat().map(({ node }) => node.sid));
    expect(new Set(edges.map(({ node }) => node?.sid)).size).toBe(4);
  });

  itShowsTheNewState('urql', async (url, challengeSid) => {
    const { client, resend, sent } = startUrql(url);
    return { shown: await watchChallenge(client, challengeSid), resend, sent };
  });

  it('urql shows the allowed fields when the challenge may not be read', async () => {
    const key = await makeKey('one');
    const issuer = await startIssuer(key);
    const { url } = await startGateway(issuer.env);
    const headers = bearer(await sign(key, { scope: 'verify:resend' }));
    const { data, error } = await startUrql(url).resend({}, headers);
    expect(data!.resendChallengeNotification).toMatchObject({ __typename: 'Notification', challenge: null });
    expect(error!.message).toContain('verify:read');
  });

  it('urql sends one push for two clicks when the answer to the first was lost', async () => {
    const { url } = await startGateway();
    const calls = watchSandbox();
    const { resend, sent } = startUrql(url, CACHE, (number) => number === 1);
    const { send } = createIntent();
    const click = () => send(PENDING, (headers) => resend({}, headers));
    expect((await click()).error?.networkError).toBeInstanceOf(TypeError);
    expect((await click()).data?.resendChallengeNotification?.__typename).toBe('Notification');
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(1);
    expect(sent[1]!.headers.get('idempotency-key')).toBe(sent[0]!.headers.get('idempotency-key'));
    await click();
    expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(2);
  });

  it('urql keeps the key when too many requests are refused in between', async () => {
    const { url } = await startGateway({ LIMIT_REQUESTS_PER_MINUTE: '1' });
    const { resend, sent } = startUrql(url, CACHE, (number) => number === 1);
    const { send } = createIntent();
    const click = () => send(PENDING, (headers) => resend({}, headers));
    await click();
    expect((await click()).error).toBeDefined();
    await click();
    expect(new Set(sent.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
  });
});
