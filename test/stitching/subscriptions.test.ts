import { parse, subscribe } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { createSubschema } from '../../src/stitching/index.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { stitchHost } from '../helpers/stitchedHost.ts';

const SUBSCRIPTION = parse(`subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) {
    __typename sid status factor { __typename friendlyName }
  }
}`);

async function startBehindHost(prefix: string, env: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway(env);
  const { schema } = stitchHost(createSubschema({ endpoint: `${gateway.url}/graphql`, prefix }));
  const open = async (variableValues: object = PENDING, contextValue: object = {}) =>
    subscribe({ schema, document: SUBSCRIPTION, variableValues: { ...variableValues }, contextValue });
  return { gateway, open };
}

const openStreams = async (url: string) =>
  /^verify_push_subscriptions (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())![1];

describe.each(['', 'Verify'])('a host that streams with the prefix "%s"', (prefix) => {
  it(`a host with the prefix "${prefix}" streams each change, and completes`, async () => {
    const { gateway, open } = await startBehindHost(prefix);
    const seen: unknown[] = [];
    for await (const { data, errors } of (await open()) as AsyncIterable<ExecutionResult>) {
      expect(errors).toBeUndefined();
      seen.push(data!['challengeUpdated']);
      if (seen.length === 1) gateway.sandbox!.device().approve(PENDING.challengeSid);
    }
    const factor = { __typename: `${prefix}Factor`, friendlyName: 'Phone' };
    const event = { __typename: `${prefix}Challenge`, sid: PENDING.challengeSid, factor };
    expect(seen).toEqual([
      { ...event, status: 'PENDING' },
      { ...event, status: 'APPROVED' },
    ]);
  });
});

describe('a host that streams', () => {
  it('ends the stream of the gateway when its own client leaves', async () => {
    const { gateway, open } = await startBehindHost('');
    const events = (await open()) as AsyncIterableIterator<ExecutionResult>;
    await events.next();
    expect(await openStreams(gateway.url)).toBe('1');
    // It waits for a result that does not come.
    void events.next();
    await events.return!();
    await vi.waitFor(async () => expect(await openStreams(gateway.url)).toBe('0'));
  });

  it('passes on the error of a challenge that does not exist, with its code', async () => {
    const { open } = await startBehindHost('');
    const unknown = { ...PENDING, challengeSid: `YC${'0'.repeat(27)}20404` };
    const results: ExecutionResult[] = [];
    for await (const result of (await open(unknown)) as AsyncIterable<ExecutionResult>) results.push(result);
    expect(results).toMatchObject([{ errors: [{ extensions: { code: 'CHALLENGE_NOT_FOUND' } }] }]);
  });

  it('says that the gateway is shutting down', async () => {
    const { gateway, open } = await startBehindHost('');
    const events = (await open()) as AsyncIterableIterator<ExecutionResult>;
    await events.next();
    const next = events.next();
    await gateway.close(1_000);
    expect((await next).value).toMatchObject({ errors: [{ extensions: { code: 'SHUTTING_DOWN' } }] });
  });

  it('says that the gateway cannot be reached, or refuses', async () => {
    const { gateway, open } = await startBehindHost('', { LIMIT_SUBSCRIPTIONS: '0' });
    expect(await open()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }] });
    await gateway.close(100);
    expect(await open()).toMatchObject({ errors: [{ extensions: { code: 'GATEWAY_UNAVAILABLE' } }] });
  });
});
