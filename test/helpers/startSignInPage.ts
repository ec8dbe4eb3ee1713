import type { Browser, BrowserContext, Locator, Page, Request, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { serve } from '../../src/gateway/serve.ts';
import type { Running } from '../../src/gateway/serve.ts';
import { seededSid } from '../../src/sandbox/seed.ts';
import { launchChromium } from './chromium.ts';
import { spawnExample } from './startExample.ts';
import { SILENT } from './testLog.ts';

/** Serves the sign-in page of `examples/<name>` to the tests of a group, and holds what a person does with it. */
export function startSignInPage(name: string) {
  let gateway: Running;
  let example: ReturnType<typeof spawnExample>;
  let pageUrl: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let requested: Request[];
  let errors: string[];

  beforeAll(async () => {
    const limits = { RESEND_LIMIT_PER_IDENTITY: '0', LIMIT_REQUESTS_PER_MINUTE: '0' };
    gateway = await serve(readConfig({ PORT: '0', ...limits }), SILENT);
    example = spawnExample(`${name}/serve.js`, { GATEWAY_URL: gateway.url });
    [pageUrl, browser] = await Promise.all([example.url, launchChromium()]);
  }, 30_000);

  afterAll(async () => {
    await Promise.all([browser?.close(), example?.stop()]);
    await gateway?.close(100);
  });

  afterEach(async () => {
    await context?.close();
    expect(errors).toEqual([]);
    const origins = new Set(requested.map((request) => new URL(request.url()).origin));
    expect(origins).toEqual(new Set([new URL(pageUrl).origin]));
  });

  async function open(challengeSid: string, before: () => Promise<unknown> = async () => {}): Promise<void> {
    context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    page = await context.newPage();
    requested = [];
    errors = [];
    context.on('request', (request) => request.url().startsWith('data:') || requested.push(request));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await before();
    await page.goto(`${pageUrl}?challengeSid=${challengeSid}`);
  }

  const poll = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 5_000 });
  const status = () => page.getByRole('status').innerText();
  const resend = () => page.getByRole('button', { name: /didn't get it/ });
  const restart = () => page.getByRole('button', { name: 'Start again' });
  const hasFocus = (button: Locator) => button.evaluate((element) => element === document.activeElement);
  const keysOf = (operation: string) =>
    requested
      .filter((request) => request.postData()?.includes(operation))
      .map((request) => request.headers()['idempotency-key']);
  /** Lets `change` have the first request of an operation; undefined is all of them. */
  async function intercept(operation: string, change: (route: Route) => Promise<void>, times?: number) {
    let left = times ?? Infinity;
    await page.route('**/graphql', async (route) => {
      if (!route.request().postData()?.includes(operation) || left <= 0) return route.fallback();
      left -= 1;
      return change(route);
    });
  }
  const forgiveFailed = () => {
    errors = errors.filter((text) => !text.includes('net::ERR_FAILED'));
  };
  /** The seconds that the button counts down. */
  const secondsLeft = async () => Number(/\((\d+) s\)$/.exec(await resend().innerText())?.[1] ?? 0);
  /** A challenge that nobody has touched. */
  async function newChallenge(): Promise<string> {
    const body = new URLSearchParams({
      FactorSid: seededSid('YF', 1),
      'Details.Message': 'Sign in to the bank?',
    });
    const { url, serviceSid, identity, accountSid, authToken } = gateway.sandbox!;
    const response = await fetch(`${url}/v2/Services/${serviceSid}/Entities/${identity}/Challenges`, {
      method: 'POST',
      body,
      headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
    });
    return ((await response.json()) as { sid: string }).sid;
  }

  return {
    get gateway() {
      return gateway;
    },
    get page() {
      return page;
    },
    open,
    poll,
    status,
    resend,
    restart,
    hasFocus,
    keysOf,
    intercept,
    forgiveFailed,
    secondsLeft,
    newChallenge,
  };
}

/** Loses an answer on its way back. */
export const loseAnswer = async (route: Route): Promise<void> => {
  await route.fetch();
  await route.abort();
};

/** Makes a request be about another challenge than the one that the page shows. */
export const toChallenge = (route: Route, shown: string, other: string): Promise<void> =>
  route.continue({ postData: route.request().postData()!.replace(shown, other) });
