import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { serve } from '../../src/gateway/serve.ts';
import type { Running } from '../../src/gateway/serve.ts';
import { launchChromium } from './chromium.ts';
import { askControl } from './sandboxApi.ts';
import { SILENT } from './testLog.ts';

const WIDE = { viewport: { width: 1280, height: 900 } };

/** Serves the page with the phone to the tests of a group, with what a person does on it. */
export function startPhonePage() {
  let gateway: Running;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let requested: Request[];
  let errors: string[];

  beforeAll(async () => {
    [gateway, browser] = await Promise.all([
      serve(readConfig({ PORT: '0', SANDBOX_PORT: '0', LIMIT_REQUESTS_PER_MINUTE: '0' }), SILENT),
      launchChromium(),
    ]);
  }, 30_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.close(100);
  });

  beforeEach(() => askControl(gateway.sandbox!, 'POST', '/reset', {}));

  /** No test ends with an error in the console, or with a request to another origin. */
  afterEach(async () => {
    await context?.close();
    expect(errors).toEqual([]);
    expect(new Set(requested.map((request) => new URL(request.url()).origin))).toEqual(
      new Set([gateway.url]),
    );
  });

  async function open(
    options: BrowserContextOptions = {},
    before: (opened: Page) => Promise<unknown> = async () => {},
  ): Promise<Page> {
    context = await browser.newContext({ ...WIDE, ...options });
    requested = [];
    errors = [];
    context.on('request', (request) => request.url().startsWith('data:') || requested.push(request));
    page = await context.newPage();
    await before(page);
    return openIn(page);
  }

  async function openIn(opened: Page): Promise<Page> {
    opened.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    opened.on('pageerror', (error) => errors.push(String(error)));
    await opened.goto(`${gateway.url}/`);
    return opened;
  }

  const button = (name: string, on = page): Locator => on.getByRole('button', { name, exact: true });
  const status = (on = page) => on.locator('#status').innerText();
  const pushes = (on = page) => on.locator('#pushes > li');
  const poll = <T>(read: () => Promise<T>, timeout = 3_000) => expect.poll(read, { timeout, interval: 25 });

  return {
    get gateway() {
      return gateway;
    },
    get page() {
      return page;
    },
    open,
    /** Another tab of the same browser. */
    openTab: async () => openIn(await context.newPage()),
    button,
    status,
    pushes,
    poll,
    tap: (name: string) => button(name).click(),
    /** Signs in up to the push on the phone. */
    async start(): Promise<void> {
      await button('Sign in with your phone').click();
      await poll(() => pushes().count()).toBe(1);
    },
    /** What was sent of one operation. */
    sent: (operation: string) =>
      requested.filter((request) => request.postData()?.includes(`${operation}(`)).length,
    forgive: (text: string) => {
      errors = errors.filter((error) => !error.includes(text));
    },
    allowClipboard: () => context.grantPermissions(['clipboard-read', 'clipboard-write']),
    requestedOf: (path: string) => requested.filter((request) => request.url().includes(path)).length,
  };
}
