import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

describe('a gateway that is given another credential', () => {
  it('a gateway signs in with another credential from then on, and lets requests under way end', async () => {
    let answerNow = () => {};
    const created = httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 }));
    const upstream = await startUpstream((socket) => {
      answerNow = () => void socket.write(created);
    });
    const env = upstreamAt(upstream.url);
    const { resend, reconfigure } = await startGateway({ ...env, TWILIO_AUTH_TOKEN: 'one' });
    const sent = () =>
      [...upstream.received.join('').matchAll(/authorization: Basic (\S+)/gi)].map(([, it]) => atob(it!));
    const first = resend();
    await expect.poll(sent).toHaveLength(1);
    reconfigure(readConfig({ ...env, TWILIO_AUTH_TOKEN: 'two' }));
    answerNow();
    expect(await first).toMatchObject({ __typename: 'Notification' });
    const second = resend();
    await expect.poll(sent).toHaveLength(2);
    answerNow();
    await second;
    const username = env['TWILIO_ACCOUNT_SID'];
    expect(sent()).toEqual([`${username}:one`, `${username}:two`]);
  });

  it('a reconfigured gateway keeps the sandbox it has', async () => {
    const { reconfigure, post } = await startGateway();
    reconfigure(readConfig(upstreamAt('http://127.0.0.1:9')));
    const response = await post({ query: RESEND, variables: PENDING });
    expect(await response.text()).toContain('"Notification"');
  });
});
