import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { onTestFinished } from 'vitest';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from '../../src/sandbox/seed.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { ask, SERVICE } from './sandboxApi.ts';
import { PENDING } from './startGateway.ts';

export const PUBLIC_URL = 'https://gw.example.test/webhooks/verify';

/** What Twilio tells of the first pending challenge. */
export const APPROVED = {
  uuid: '7d9f2b1e-0000-4000-8000-000000000001',
  type: 'challenge.approved',
  account_sid: SANDBOX_ACCOUNT_SID,
  service_sid: PENDING.serviceSid,
  entity_identity: PENDING.identity,
  factor_type: 'push',
  challenge_sid: PENDING.challengeSid,
};

/** A gateway's environment with a sandbox of its own in place of Twilio, so that only webhooks tell of answers. */
export const beforeSandbox = ({ url }: Pick<Sandbox, 'url'>): NodeJS.ProcessEnv => ({
  TWILIO_VERIFY_URL: url,
  TWILIO_NOTIFY_URL: url,
  TWILIO_ACCOUNT_SID: SANDBOX_ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: SANDBOX_AUTH_TOKEN,
  AUTH: 'none',
});

/** A form with the signature of Twilio's own library. */
export function signedForm(
  members: Record<string, string | string[]> = APPROVED,
  { url = PUBLIC_URL, token = SANDBOX_AUTH_TOKEN } = {},
) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    for (const one of [value].flat()) body.append(name, one);
  }
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(token, url, members),
    } as Record<string, string>,
    body: String(body),
  };
}

/** JSON with the signature of Twilio's own library, and the query that it needs. */
export function signedJson(
  members: object = APPROVED,
  { url = PUBLIC_URL, token = SANDBOX_AUTH_TOKEN } = {},
) {
  const body = JSON.stringify(members);
  const query = `?bodySHA256=${twilio.getExpectedBodyHash(body)}`;
  return {
    query,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(token, url + query, {}),
    } as Record<string, string>,
    body,
  };
}

/** Registers a webhook of the sandbox for all events. */
export const registerWebhook = (
  sandbox: Pick<Sandbox, 'url'>,
  url: string,
  more: Record<string, string> = {},
) =>
  ask(sandbox, 'POST', `${SERVICE}/Webhooks`, {
    FriendlyName: 'Hook',
    EventTypes: '*',
    WebhookUrl: url,
    ...more,
  });

export interface ReceivedCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A server that records calls and gives these statuses in turn, then 200. A status of 0 gives no answer. */
export async function startReceiver(...statuses: number[]) {
  const calls: ReceivedCall[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += String(chunk)));
    request.on('end', () => {
      calls.push({ url: request.url!, headers: request.headers, body });
      const status = statuses.shift() ?? 200;
      if (status !== 0) response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}
