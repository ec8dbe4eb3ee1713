import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { launchChromium, noChromium } from '../helpers/chromium.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';

const { serviceSid, identity, challengeSid } = PENDING;
const QUERY = `{ challenge(serviceSid: "${serviceSid}", identity: "${identity}", sid: "${challengeSid}") { status } }`;
const PATH = `/graphql?query=${encodeURIComponent(QUERY)}`;

describe.skipIf(noChromium)('a page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 30_000);
  afterAll(() => browser?.close());

  /** An empty page of this host, on a port of its own. */
  async function openPage(host: string): Promise<{ page: Page; origin: string }> {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Page</title>');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const context = await browser.newContext();
    onTestFinished(async () => {
      await context.close();
      server.close();
    });
    const page = await context.newPage();
    const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
    await page.goto(origin);
    return { page, origin };
  }

  /** What is answered on /graphql, also where a browser keeps that from itself. */
  function statusesOfGraphQL(): number[] {
    const statuses: number[] = [];
    const note = (message: unknown) => {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      if (request.url?.startsWith('/graphql')) statuses.push(response.statusCode);
    };
    subscribe('http.server.response.finish', note);
    onTestFinished(() => void unsubscribe('http.server.response.finish', note));
    return statuses;
  }

  const element = (name: string, source: string, attributes: Record<string, string> = {}) =>
    [name, source, attributes] as const;

  it.each([
    ['of another site', 'localhost'],
    ['of the same site', '127.0.0.1'],
  ])('a page %s makes the gateway execute nothing, by any element, fetch or navigation', async (_, host) => {
    const { url, sandbox } = await startGateway({ GRAPHIQL: 'off' });
    const calls = watchSandbox();
    const { page } = await openPage(host);
    const statuses = statusesOfGraphQL();
    const target = url + PATH;
    const elements = [
      element('img', 'src'),
      element('img', 'src', { crossorigin: 'anonymous' }),
      element('script', 'src'),
      element('script', 'src', { crossorigin: 'use-credentials' }),
      element('script', 'src', { type: 'module' }),
      element('link', 'href', { rel: 'stylesheet' }),
      element('iframe', 'src'),
      element('video', 'src'),
    ];
    for (const [name, source, attributes] of elements) {
      const before = statuses.length;
      await page.evaluate(
        ([tag, sourceName, target, others]) => {
          const made = document.createElement(tag);
          for (const [name, value] of Object.entries(others)) made.setAttribute(name, value);
          made.setAttribute(sourceName, target);
          document.body.append(made);
        },
        [name, source, `${target}&of=${before}`, attributes] as const,
      );
      await expect.poll(() => statuses.length, { timeout: 5_000, message: name }).toBeGreaterThan(before);
    }
    await page.evaluate(
      async ([url, target, query]) => {
        const ask = (to: string, init: RequestInit) => fetch(to, init).catch(() => undefined);
        await ask(target, {});
        await ask(target, { mode: 'no-cors', credentials: 'include' });
        await ask(target, { headers: { 'content-type': 'application/json' } });
        await ask(target, { headers: { 'apollo-require-preflight': 'true' } });
        const body = JSON.stringify({ query });
        await ask(`${url}/graphql`, { method: 'POST', body });
        await ask(`${url}/graphql`, { method: 'POST', body, mode: 'no-cors' });
        await ask(`${url}/graphql`, {
          method: 'POST',
          body: new URLSearchParams({ query }),
          mode: 'no-cors',
        });
        const headers = { 'content-type': 'application/json' };
        await ask(`${url}/graphql`, { method: 'POST', body, headers });
        navigator.sendBeacon(`${url}/graphql`, new Blob([body], { type: 'text/plain' }));
      },
      [url, target, QUERY] as const,
    );
    await page.goto(target);
    expect(new Set(statuses)).toEqual(new Set([400, 405, 415]));
    expect(calls).toEqual([]);
    expect(sandbox!.notifications).toEqual([]);
  });

  it('a page of an allowed origin gets its answers, and can read refusals', async () => {
    const { page, origin } = await openPage('localhost');
    const { url } = await startGateway({ ALLOWED_ORIGINS: origin });
    const answers = await page.evaluate(
      async ([url, target, query]) => {
        const headers = {
          'content-type': 'application/json',
          'idempotency-key': 'a',
          'x-request-id': 'mine',
        };
        const requests = [
          fetch(target),
          fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) }),
          fetch(`${url}/graphql`, { method: 'POST', body: 'x' }),
          fetch(`${url}/graphql`, { method: 'POST', headers, body: 'x'.repeat(100_001) }),
        ];
        return Promise.all(
          (await Promise.all(requests)).map(async (response) => ({
            status: response.status,
            id: response.headers.get('x-request-id'),
            answer: await response.json(),
          })),
        );
      },
      [url, url + PATH, QUERY] as const,
    );
    const data = { challenge: { status: 'PENDING' } };
    const refusal = (code: string) => ({ errors: [expect.objectContaining({ extensions: { code } })] });
    expect(answers).toEqual([
      { status: 200, id: expect.any(String), answer: { data } },
      { status: 200, id: 'mine', answer: { data } },
      { status: 415, id: expect.any(String), answer: refusal('UNSUPPORTED_MEDIA_TYPE') },
      { status: 413, id: 'mine', answer: refusal('REQUEST_TOO_LARGE') },
    ]);
  });
});
