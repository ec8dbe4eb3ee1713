import { expect, it, vi } from 'vitest';
import { COMPOSERS, startUsers, verify } from '../helpers/federation.ts';
import { createHiveGateway } from '../helpers/routers.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const SUBSCRIPTION = `subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) {
    status factor { friendlyName }
  }
}`;

it.each(COMPOSERS)(
  "Hive's runtime streams each change of a supergraph composed by %s",
  async (_, compose) => {
    const gateway = await startGateway();
    const { supergraphSdl, problems } = compose(verify(gateway.url), await startUsers());
    expect(problems).toEqual([]);
    const hive = createHiveGateway(supergraphSdl!);
    const response = await hive.fetch('http://router.example/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: SUBSCRIPTION, variables: PENDING }),
    });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += new TextDecoder().decode(chunk);
      }
    })();
    await vi.waitFor(() => expect(text).toContain('"status":"PENDING"'), 5_000);
    gateway.sandbox!.device().approve(PENDING.challengeSid);
    await reading;
    expect(text).toContain('"status":"APPROVED"');
    expect(text).toContain('"friendlyName":"Phone"');
    expect(text).toContain('event: complete');
  },
);
