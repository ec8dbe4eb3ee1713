import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createAuthentication } from '../../src/auth/authenticate.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Outcome } from '../../src/operation/outcome.ts';
import { SingleFlight } from '../../src/operation/singleFlight.ts';
import { memoryStore, NOTHING_LIVE } from '../helpers/testContext.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { createRoutes } from '../../src/http/routes.ts';
import { PENDING, RESEND, startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';
import { recordLog } from '../helpers/testLog.ts';

const TYPENAME = { query: '{ __typename }' };
const MUTATION = { query: RESEND, variables: PENDING };

describe('every response', () => {
  it('every response echoes the request id it was given, or makes one; never a hostile one', async () => {
    const { post } = await startGateway();
    const idFor = async (id?: string) =>
      (await post(TYPENAME, id === undefined ? {} : { 'x-request-id': id })).headers.get('x-request-id');
    expect(await idFor('abc-123')).toBe('abc-123');
    for (const id of [undefined, 'a b', 'x'.repeat(129), '<script>']) {
      expect(await idFor(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    }
  });

  it('every response has the content-type it says, and no cache keeps one of /graphql', async () => {
    const { url, post } = await startGateway();
    const answers = {
      direct: await post(TYPENAME),
      throughYoga: await post({ query: '{' }),
      refused: await post(TYPENAME, { 'content-type': 'text/plain' }),
      read: await fetch(`${url}/graphql?query={__typename}`),
    };
    for (const [name, { headers }] of Object.entries(answers)) {
      expect(headers.get('x-content-type-options'), name).toBe('nosniff');
      expect(headers.get('cache-control'), name).toBe('no-store');
    }
    for (const path of ['/health/live', '/metrics', '/nowhere']) {
      expect((await fetch(url + path)).headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  it('a response says when it comes from the sandbox, and only then', async () => {
    const sandboxed = await startGateway();
    const real = await startGateway(upstreamAt((await startUpstream(httpAnswer(201, '{}'))).url));
    for (const path of ['/graphql?query={__typename}', '/health/live', '/nowhere']) {
      expect((await fetch(sandboxed.url + path)).headers.get('x-upstream')).toBe('sandbox');
      expect((await fetch(real.url + path)).headers.get('x-upstream')).toBeNull();
    }
  });
});

describe('health', () => {
  it('the gateway is live, and ready until it drains', async () => {
    const { url, drain } = await startGateway();
    const statusOf = async (path: string) => (await fetch(url + path)).status;
    expect([await statusOf('/health/live'), await statusOf('/health/ready')]).toEqual([200, 200]);
    drain();
    expect([await statusOf('/health/live'), await statusOf('/health/ready')]).toEqual([200, 503]);
  });
});

describe('a bug', () => {
  it('a bug is masked for the client and whole in the log, both ways of execution', async () => {
    const { log, lines } = recordLog();
    const config = readConfig({});
    const broken = () => Promise.reject(new TypeError('secret of the house'));
    const twilio = { write: broken, find: broken, hosts: ['twilio.example'], misconfigured: false };
    const server = createServer(
      createRoutes({
        config,
        authentication: createAuthentication(null, log),
        upstream: {
          twilio,
          store: memoryStore(),
          flights: new SingleFlight<Outcome>(),
          live: NOTHING_LIVE,
          signingTokens: { all: [] },
          now: Date.now,
          log,
          metrics: new Metrics(),
          inFlightWrites: new Set(),
          sandbox: undefined,
          isFullFor: () => false,
        },
      }).listener,
    ).listen(0);
    await once(server, 'listening');
    try {
      for (const accept of ['application/json', 'application/json; charset=utf-8']) {
        const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept },
          body: JSON.stringify(MUTATION),
        });
        const text = await response.text();
        expect(JSON.parse(text)).toEqual({
          data: { resendChallengeNotification: null },
          errors: [
            {
              message: 'Unexpected error.',
              locations: [expect.anything()],
              path: ['resendChallengeNotification'],
              extensions: { code: 'INTERNAL_SERVER_ERROR' },
            },
          ],
        });
      }
    } finally {
      server.close();
    }
    const bug = {
      name: 'TypeError',
      message: 'secret of the house',
      stack: expect.stringContaining('    at '),
    };
    expect(lines.filter(({ level }) => level === 50)).toEqual(
      Array.from({ length: 2 }, () => expect.objectContaining({ msg: 'unexpected error', err: bug })),
    );
  });
});
