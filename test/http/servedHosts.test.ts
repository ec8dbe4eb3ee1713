import { createHash } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGateway } from '../../src/index.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const KEY = 'a key of a test';
const SIGN_IN = {
  AUTH: 'required',
  API_KEYS: `test:${createHash('sha256').update(KEY).digest('hex')}`,
};

/** A resend under the name of this host. */
async function resendAs(url: string, host: string, headers: Record<string, string> = {}) {
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, host },
  });
  sent.end(JSON.stringify({ query: RESEND, variables: PENDING }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { statusCode: status, headers: received } = response;
  return { status, headers: received, json: JSON.parse(await text(response)) };
}

async function readAs(url: string, host: string) {
  const sent = request(url, { headers: { host, accept: 'text/html' } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

const REFUSED = {
  status: 421,
  json: {
    errors: [
      {
        message:
          'While nobody has to sign in, this gateway is served at IP addresses, localhost, HOST and the hosts of ' +
          'ALLOWED_ORIGINS only. Use one of them, add the origin to ALLOWED_ORIGINS, or set AUTH=required.',
        extensions: { code: 'MISDIRECTED_REQUEST' },
      },
    ],
  },
};

describe('a gateway without sign-in', () => {
  it.each([
    'attacker.example',
    'attacker.example:4000',
    '127.0.0.1.nip.io',
    'localhost.attacker.example',
    '1.2.3',
  ])(
    'a gateway without sign-in sends nothing for a request to %s: a page may have that name point here',
    async (host) => {
      const { url, sandbox } = await startGateway();
      expect(await resendAs(url, host)).toMatchObject(REFUSED);
      expect(sandbox!.notifications).toHaveLength(0);
    },
  );

  it.each([
    'localhost',
    'LOCALHOST:4000',
    'localhost.',
    '127.0.0.1:4000',
    '127.1.2.3',
    '10.0.0.7:80',
    '[::1]:4000',
    '[fd00::7]',
  ])('a gateway without sign-in serves a request to %s', async (host) => {
    const { url } = await startGateway();
    expect((await resendAs(url, host)).status).toBe(200);
  });

  it('a gateway without sign-in serves the host of an allowed origin, and no other name', async () => {
    const { url } = await startGateway({ ALLOWED_ORIGINS: 'https://app.example.com,http://gateway:4000' });
    expect((await resendAs(url, 'gateway:4000')).status).toBe(200);
    expect((await resendAs(url, 'App.Example.com')).status).toBe(200);
    expect((await resendAs(url, 'example.com')).status).toBe(421);
  });

  it('a page of an allowed origin can read that a gateway without sign-in is not served under its name', async () => {
    const origin = 'https://app.example.com';
    const { url } = await startGateway({ ALLOWED_ORIGINS: origin });
    const { status, headers } = await resendAs(url, 'gateway.example.com', { origin });
    expect(status).toBe(421);
    expect(headers['access-control-allow-origin']).toBe(origin);
  });

  it('a gateway without sign-in shows GraphiQL under a served name only', async () => {
    const { url } = await startGateway();
    expect(await readAs(`${url}/graphql`, 'localhost')).toBe(200);
    expect(await readAs(`${url}/graphql`, 'attacker.example')).toBe(421);
  });

  it.each(['/health/live', '/health/ready', '/metrics'])(
    'a gateway without sign-in answers %s under any name: probes and Prometheus use that of a service',
    async (path) => {
      const { url } = await startGateway();
      expect(await readAs(url + path, 'gateway.namespace.svc')).toBe(200);
    },
  );

  it.each([
    ['nobody signs in', {}, 'attacker.example', 421],
    ['nobody signs in', { HOST: 'gateway.internal', AUTH: 'none' }, 'Gateway.Internal:4000', 200],
    ['nobody signs in', { HOST: 'gateway.internal', AUTH: 'none' }, 'attacker.example', 421],
    ['callers sign in', SIGN_IN, 'attacker.example', 200],
  ])(
    'createGateway, where %s with %o, answers a request to %s with %i',
    async (_, settings, host, status) => {
      const gateway = await createGateway({ LOG_LEVEL: 'silent', ...settings });
      onTestFinished(() => gateway.close());
      const server = createServer(gateway.listener).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect((await resendAs(url, host, { 'x-api-key': KEY })).status).toBe(status);
    },
  );
});

it('a gateway with sign-in is served under any name', async () => {
  const { url } = await startGateway(SIGN_IN);
  expect((await resendAs(url, 'sign-in.example.com', { 'x-api-key': KEY })).status).toBe(200);
  expect((await resendAs(url, 'sign-in.example.com')).status).toBe(401);
});
