import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** How an answer repeats the request. */
export type Echo = (received: { readonly request: IncomingMessage; readonly body: string }) => string;

export type Answering = (response: ServerResponse, received: Parameters<Echo>[0]) => void;

const valuesOf = (body: string) => [...new URLSearchParams(body).values()];

/** Everything a request says, in the shapes in which a server may repeat it. */
export const ECHOES: Record<string, Echo> = {
  'its form': ({ body }) => `Bad Request: ${body}`,
  'its values': ({ request, body }) =>
    `No ${[...valuesOf(body), ...request.url!.split('/')].join(' and ')} here`,
  'its values in capitals': ({ request, body }) =>
    `${request.url!} ${valuesOf(body).join(' ')}`.toUpperCase(),
  'its values in JSON': ({ body }) => JSON.stringify(Object.fromEntries(new URLSearchParams(body))),
  'the parts of its JSON': ({ body }) => valuesOf(body).flatMap(partsOf).join(' '),
  'its path': ({ request }) => `The requested resource ${request.url!} was not found`,
  'its headers': ({ request }) => JSON.stringify(request.headers),
  'its credential': ({ request }) => `Cannot sign in: ${request.headers.authorization!}`,
  'its credential, readable': ({ request }) =>
    `Cannot sign in ${Buffer.from(request.headers.authorization!.slice(6), 'base64').toString().replace(':', ' with ')}`,
};

function partsOf(value: string): string[] {
  try {
    return Object.entries(JSON.parse(value) as object).flatMap(([name, part]) => [name, String(part)]);
  } catch {
    return [value];
  }
}

/** A refusal whose text repeats the request, in the classic body or in the one of RFC 9457. */
export const refusing =
  (status: number, code: number, echo: Echo, member: 'message' | 'detail' | 'title' = 'message'): Answering =>
  (response, received) => {
    // Not to be repeated by the gateway: the drive would take minutes.
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' });
    response.end(JSON.stringify({ code, status, [member]: echo(received) }));
  };

/** An HTTP server that plays a Twilio which repeats what it was told. */
export async function startEchoingTwilio() {
  let answer: Answering = (response) => void response.writeHead(404).end();
  const server = createServer((request, response) => {
    void text(request).then((body) => answer(response, { request, body }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerWith: (next: Answering) => void (answer = next),
  };
}
