import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { serve } from '../../src/gateway/serve.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN } from '../../src/sandbox/seed.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { startFaultProxy } from '../helpers/faultProxy.ts';
import type { Fault } from '../helpers/faultProxy.ts';
import { PENDING, RESEND } from '../helpers/startGateway.ts';
import { closedPort, httpAnswer } from '../helpers/upstream.ts';
import { SILENT } from '../helpers/testLog.ts';

const DEADLINE_MS = 10_000;
const BODY = JSON.stringify({ sid: `NT${'a'.repeat(32)}`, ttl: 300 });

/** Answers every request with these bytes. */
const answering =
  (...bytes: string[]): Fault =>
  (client) =>
    void client.on('data', () => client.write(bytes.length > 1 ? bytes.shift()! : bytes[0]!));

/** Lets the request reach the sandbox, and spoils what comes back. */
const spoiling =
  (spoil: (answer: string, client: Socket) => void): Fault =>
  (client, forward) =>
    void forward().on('data', (answer) => spoil(answer.toString(), client));

const head = (length: number) =>
  `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

function drip(client: Socket, text: string): void {
  const timer = setInterval(() => {
    if (client.destroyed || text === '') return clearInterval(timer);
    client.write(text[0]!);
    text = text.slice(1);
  }, 100);
}

interface Row {
  readonly fault: string;
  readonly member: string;
  readonly posts: number;
  readonly play?: Fault;
  /** Instead of the proxy's own address. */
  readonly url?: (port: number) => string | Promise<string>;
  /** A resend of another challenge that goes well before. */
  readonly first?: boolean;
}

const ROWS: readonly Row[] = [
  {
    fault: 'none',
    member: 'Notification',
    posts: 1,
    play: spoiling((answer, client) => void client.write(answer)),
  },
  {
    fault: 'connection refused',
    member: 'UpstreamUnavailableError',
    posts: 0,
    url: async () => `http://127.0.0.1:${await closedPort()}`,
  },
  {
    fault: 'name not resolved',
    member: 'UpstreamUnavailableError',
    posts: 0,
    url: () => 'http://twilio.invalid',
  },
  {
    fault: 'TLS handshake fails',
    member: 'UpstreamUnavailableError',
    posts: 0,
    play: (client) => void client.on('data', () => client.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    url: (port) => `https://127.0.0.1:${port}`,
  },
  {
    fault: 'reset before any byte',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: (client) => void client.once('data', () => client.resetAndDestroy()),
  },
  {
    fault: 'reset after the request',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: spoiling((_, client) => void client.resetAndDestroy()),
  },
  { fault: 'silence', member: 'ResendOutcomeUnknownError', posts: 1, play: () => {} },
  {
    fault: 'headers, then silence',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: spoiling((answer, client) => void client.write(answer.slice(0, answer.indexOf('\r\n\r\n') + 4))),
  },
  {
    fault: 'a slow drip',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: spoiling((answer, client) => drip(client, answer)),
  },
  {
    fault: 'truncated JSON',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: answering(head(BODY.length - 9) + BODY.slice(0, -9)),
  },
  {
    fault: 'a body shorter than its length',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: (client) => void client.once('data', () => client.end(head(BODY.length + 9) + BODY)),
  },
  {
    fault: '500',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: answering(httpAnswer(500, '{"code":20500}')),
  },
  {
    fault: '503',
    member: 'UpstreamUnavailableError',
    posts: 1,
    play: answering(httpAnswer(503, '{"code":20503}')),
  },
  {
    fault: '429 / 20429',
    member: 'RateLimitedError',
    posts: 2,
    play: answering(httpAnswer(429, '{"code":20429}')),
  },
  {
    fault: '429 / 20429 once, then 201',
    member: 'Notification',
    posts: 2,
    play: answering(httpAnswer(429, '{"code":20429}'), httpAnswer(201, BODY)),
  },
  {
    fault: '429 / 20429 with `Retry-After: 1`',
    member: 'RateLimitedError',
    posts: 2,
    play: answering(httpAnswer(429, '{"code":20429}', { 'retry-after': '1' })),
  },
  {
    fault: '429 / 20429 with `Retry-After: 7`',
    member: 'RateLimitedError',
    posts: 1,
    play: answering(httpAnswer(429, '{"code":20429}', { 'retry-after': '7' })),
  },
  {
    fault: '429 / 60309',
    member: 'NotificationCapReachedError',
    posts: 1,
    play: answering(httpAnswer(429, '{"code":60309}')),
  },
  {
    fault: '502 with an HTML page',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: answering(httpAnswer(502, '<html>Bad Gateway</html>', { 'content-type': 'text/html' })),
  },
  {
    fault: '201 with an empty body',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    play: answering(httpAnswer(201, '')),
  },
  {
    fault: 'a kept connection closed as it is used again',
    member: 'ResendOutcomeUnknownError',
    posts: 1,
    first: true,
    play: (client) => {
      let requests = 0;
      client.on('data', () => {
        requests += 1;
        if (requests === 1) client.write(httpAnswer(201, BODY));
        else client.destroy();
      });
    },
  },
];

interface Result {
  readonly member: string;
  readonly posts: number;
  readonly ms: number;
}

/** One resend through a gateway of its own, with this fault between it and a sandbox. */
async function run({ play, url, first }: Row): Promise<Result> {
  const sandbox = await startSandbox();
  const proxy = await startFaultProxy(sandbox.url, play ?? (() => {}));
  const env = {
    PORT: '0',
    AUTH: 'none',
    TWILIO_ACCOUNT_SID: SANDBOX_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: SANDBOX_AUTH_TOKEN,
    TWILIO_VERIFY_URL: (await url?.(proxy.port)) ?? `http://127.0.0.1:${proxy.port}`,
  };
  const gateway = await serve(readConfig(env), SILENT);
  const resend = async (challengeSid = PENDING.challengeSid) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: RESEND, variables: { ...PENDING, challengeSid } }),
    });
    const { data } = (await response.json()) as { data: Record<string, { __typename: string }> };
    return data['resendChallengeNotification']!.__typename;
  };
  try {
    if (first) await resend(`YC${'b'.repeat(32)}`);
    const before = proxy.posts;
    const startedAt = performance.now();
    const member = await resend();
    return { member, posts: proxy.posts - before, ms: performance.now() - startedAt };
  } finally {
    await gateway.close(0);
    proxy.close();
    await sandbox.close();
  }
}

const results = new Map<string, Result>();

beforeAll(async () => {
  await Promise.all(ROWS.map(async (row) => void results.set(row.fault, await run(row))));
}, 30_000);

describe('between the gateway and Twilio', () => {
  it.each(ROWS.map(({ fault, member, posts }) => [fault, member, posts] as const))(
    '%s between the gateway and Twilio: a resend is %s after %i POSTs',
    (fault, member, posts) => {
      const result = results.get(fault)!;
      expect(result).toMatchObject({ member, posts });
      expect(result.ms).toBeLessThan(DEADLINE_MS);
    },
  );

  it('every fault is a row of docs/guarantees.md', () => {
    const rows = readFileSync('docs/guarantees.md', 'utf8').split('\n');
    for (const { fault, member, posts } of ROWS) {
      const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
      expect(cells, fault).toContainEqual([
        '',
        fault,
        `\`${member}\``,
        String(posts),
        expect.any(String),
        '',
      ]);
    }
  });
});

afterAll(() => {
  if (process.env['SHOW_FAULTS']) {
    for (const [fault, { member, posts, ms }] of results) {
      console.log(`| ${fault} | \`${member}\` | ${posts} | ${(ms / 1000).toFixed(1)} s |`);
    }
  }
});
