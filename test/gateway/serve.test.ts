import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
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

describe('closing', () => {
  it('a gateway that closes lets a resend in flight finish, and accepts nothing new', async () => {
    let answerNow = () => {};
    const upstream = await startUpstream((socket) => {
      answerNow = () =>
        void socket.write(httpAnswer(201, JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 })));
    });
    const { resend, close, url } = await startGateway(upstreamAt(upstream.url));
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => kept.destroy());
    expect(await statusOver(kept, url)).toBe(200);
    const sending = resend();
    await expect.poll(() => upstream.received.join('')).toContain('POST ');
    const closing = close(5_000);
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    await expect(statusOver(kept, url)).rejects.toThrow();
    answerNow();
    expect(await sending).toMatchObject({ __typename: 'Notification' });
    await closing;
  });
});

async function statusOver(agent: Agent, url: string): Promise<number> {
  const [response] = (await once(request(`${url}/health/live`, { agent }).end(), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  return response.statusCode!;
}
