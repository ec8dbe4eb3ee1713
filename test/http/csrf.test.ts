import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';

const ORIGIN = 'https://app.example.com';
const { serviceSid, identity, challengeSid } = PENDING;
const QUERY = `{ challenge(serviceSid: "${serviceSid}", identity: "${identity}", sid: "${challengeSid}") { status } }`;
const PATH = `/graphql?query=${encodeURIComponent(QUERY)}`;

/** A GET with these headers and no others; fetch would add its own. */
async function get(url: string, headers: Record<string, string>) {
  const [response] = (await once(request(url + PATH, { headers }).end(), 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: JSON.parse(await text(response)) };
}

describe('a GET that a page of another site could have made', () => {
  it.each<[string, Record<string, string>]>([
    ['without any header', {}],
    ['with a password the browser repeats', { authorization: 'Basic dTpw' }],
    ['with a token alone', { authorization: 'Bearer x' }],
    ['of an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' }],
    ['of an image of the same site', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'same-origin' }],
    ['of a link', { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }],
    ['of an address that was typed', { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' }],
    ['of a fetch from another site', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' }],
    ['of a fetch from a sibling', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-site' }],
    [
      'of a fetch of an origin that is not allowed',
      { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    ],
    ['of a frame without an origin', { 'sec-fetch-mode': 'cors', origin: 'null' }],
    ['with the type of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['with text', { 'content-type': 'text/plain; application/json' }],
    ['of an allowed origin, by an element', { 'sec-fetch-mode': 'no-cors', origin: ORIGIN }],
  ])('a GET %s is refused: a page of another site could have made it', async (_, headers) => {
    const { url } = await startGateway({ ALLOWED_ORIGINS: ORIGIN });
    const calls = watchSandbox();
    const { status, body } = await get(url, headers);
    expect(status).toBe(400);
    expect(body).toEqual({
      errors: [
        {
          message: expect.stringContaining('"apollo-require-preflight: true"'),
          extensions: { code: 'CSRF_PREVENTED' },
        },
      ],
    });
    expect(calls).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['with the type of JSON', { 'content-type': 'application/json' }],
    ['with the header for it', { 'apollo-require-preflight': 'true' }],
    ['with the name of its operation', { 'x-apollo-operation-name': 'Challenge' }],
    ['by a fetch of its own page', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }],
    ["by Node's fetch", { 'sec-fetch-mode': 'cors' }],
    [
      'by a fetch of an allowed origin',
      { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site', origin: ORIGIN },
    ],
  ])('a GET %s is answered: no page of another site could have made it', async (_, headers) => {
    const { url } = await startGateway({ ALLOWED_ORIGINS: ORIGIN });
    const calls = watchSandbox();
    const { status, body } = await get(url, headers);
    expect(status).toBe(200);
    expect(body).toEqual({ data: { challenge: { status: 'PENDING' } } });
    expect(calls).toHaveLength(1);
  });
});
