import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { expect, vi } from 'vitest';
import { PENDING } from './startGateway.ts';

const SUBSCRIPTION = `subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) {
    sid status approved waiting { nextAction }
  }
}`;

interface Subscription {
  readonly accept?: string;
  readonly variables?: object;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a stream of a gateway and collects what arrives. */
export async function openStream(
  gatewayUrl: string,
  {
    accept = 'text/event-stream',
    variables = PENDING,
    query = SUBSCRIPTION,
    headers = {},
  }: Subscription = {},
) {
  let text = '';
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(`${gatewayUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
    });
    request.on('response', resolve).on('error', reject);
    request.end(JSON.stringify({ query, variables }));
  });
  response.on('data', (chunk: Buffer) => (text += String(chunk)));
  response.on('error', () => {});
  const ended = new Promise<void>((resolve) => response.on('close', resolve));
  return {
    response,
    ended,
    text: () => text,
    /** Waits until so many results have come; gives the status and the next action of each. */
    results: async (count: number, timeout = 5_000) => {
      await vi.waitFor(() => expect(text.match(/"challengeUpdated"/g)?.length ?? 0).toBe(count), timeout);
      return [...text.matchAll(/"status":"(\w+)".*?"nextAction":"(\w+)"|"status":"(\w+)"/g)].map(
        ([, status, action, alone]) => alone ?? `${status} ${action}`,
      );
    },
    leave: () => response.destroy(),
  };
}
