import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { serve } from '../../src/gateway/serve.ts';
import type { Running } from '../../src/gateway/serve.ts';
import { SEEDED_CHALLENGES } from '../../src/sandbox/seed.ts';
import { launchChromium, noChromium } from '../helpers/chromium.ts';
import { startGateway } from '../helpers/startGateway.ts';
import { SILENT } from '../helpers/testLog.ts';

describe.skipIf(noChromium)('GraphiQL', () => {
  let gateway: Running;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let page: Page;
  let requested: string[];
  let errors: string[];

  beforeAll(async () => {
    gateway = await serve(readConfig({ PORT: '0' }), SILENT);
    browser = await launchChromium();
  }, 30_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  afterEach(() => context?.close());

  /** The page as somebody sees it who opens it for the first time. */
  async function open(): Promise<void> {
    context = await browser.newContext();
    page = await context.newPage();
    requested = [];
    errors = [];
    context.on('request', (request) => requested.push(request.url()));
    page.on('websocket', (socket) => requested.push(socket.url()));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${gateway.url}/graphql`);
    await poll(() => textOf('Operation Editor')).toContain('mutation Resend');
  }

  /** A busy machine takes its time to lay out an editor. */
  const poll = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 5_000 });
  /** Monaco writes every space as one that does not break. */
  const textOf = async (region: string) =>
    (await page.getByRole('region', { name: region }).innerText()).replaceAll('\u00a0', ' ');
  const execute = () => page.getByRole('button', { name: /^Execute query/ }).click();
  const tabs = () => page.getByRole('tab');
  const selected = () => page.getByRole('tab', { selected: true }).allInnerTexts();
  /** The first button of a tab opens it, the other closes it. */
  const openTab = (name: string) => tabs().filter({ hasText: name }).getByRole('button').first().click();

  test('opens with a tab for a resend, two for what is around it, and one for each further seeded outcome', async () => {
    await open();

    const outcomes = new Set(SEEDED_CHALLENGES.map(({ outcome }) => outcome));
    outcomes.delete('Notification');
    expect(await tabs().locator('button:first-child').allInnerTexts()).toEqual([
      'Resend',
      'PendingChallenges',
      'CreateChallenge',
      ...outcomes,
    ]);
  });

  test('answers Notification to the first tab as it stands', async () => {
    await open();
    await execute();

    await poll(() => textOf('Result Window')).toContain('"__typename": "Notification"');
  });

  test.each([
    ['PendingChallenges', '"allowed": true'],
    ['CreateChallenge', '"status": "PENDING"'],
  ])('answers %s as it stands', async (name, expected) => {
    await open();
    await openTab(name);
    await poll(() => textOf('Operation Editor')).toContain(name);
    const answer = async () => {
      await execute();
      return textOf('Result Window');
    };
    await expect.poll(answer, { timeout: 8_000, interval: 300 }).toContain(expected);
  });

  test('answers ChallengeExpiredError to the tab of that name', async () => {
    await open();
    await openTab('ChallengeExpiredError');
    await poll(() => textOf('Variables')).toContain('"YC00000000000000000000000000060323"');

    // GraphiQL learns the name of the tab's operation a moment after it shows it, and refuses until then.
    const answer = async () => {
      await execute();
      return textOf('Result Window');
    };
    await expect
      .poll(answer, { timeout: 8_000, interval: 300 })
      .toContain('"__typename": "ChallengeExpiredError"');
  });

  test('opens a tab with the first click, wherever it stands in the strip', async () => {
    await open();
    for (const name of ['InvalidInputError', 'UPSTREAM_MISCONFIGURED', 'FactorNotVerifiedError']) {
      await openTab(name);
      await poll(selected).toEqual([expect.stringContaining(name)]);
    }
  });

  test('asks no other host for anything and logs no error', async () => {
    await open();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await execute();
    await poll(() => textOf('Result Window')).toContain('{');

    const elsewhere = requested.filter((url) => {
      const { protocol, origin } = new URL(url);
      return protocol !== 'blob:' && protocol !== 'data:' && origin !== gateway.url;
    });
    expect(elsewhere).toEqual([]);
    expect(errors).toEqual([]);
    expect(requested).toContain(`${gateway.url}/graphql`);
  });

  test('needs nothing that its policy forbids, with editors, completion and another theme in use', async () => {
    await open();
    await page.locator('.graphiql-query-editor').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\nquery Other { no');
    await page.keyboard.press('Control+Space');
    await poll(() => page.locator('.suggest-widget.visible').innerText()).toContain('nodes');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Open settings dialog' }).click();
    await page.getByRole('button', { name: 'Dark' }).click();

    expect(errors).toEqual([]);
  });

  test('opens again with what was typed, which it keeps in its address', async () => {
    await open();
    await page.locator('.graphiql-query-editor').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n# mine');
    await poll(() => Promise.resolve(page.url())).toContain('mine');
    await page.reload();

    await poll(() => textOf('Operation Editor')).toContain('mutation Resend');
    expect(errors).toEqual([]);
  });

  test('runs no script that is not its own', async () => {
    await open();
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return 'ran' in window;
    });
    expect(ran).toBe(false);
    expect(errors).toEqual([expect.stringContaining('Content Security Policy')]);
  });
});

describe('the page', () => {
  const HTML = { headers: { accept: 'text/html' } };

  test('allows no script but its own, no other host, and no frame around it', async () => {
    const { url } = await startGateway();
    const { headers } = await fetch(`${url}/graphql`, HTML);
    const policy = headers.get('content-security-policy')!.split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src( 'sha256-[\w+/]{43}='){2}$/),
      'worker-src blob:',
      "style-src 'unsafe-inline'",
      'font-src data:',
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is there for whoever has yet to sign in, which is done in its headers', async () => {
    const { url } = await startGateway({ AUTH: 'required', API_KEYS: `page:${'a'.repeat(64)}` });
    const response = await fetch(`${url}/graphql`, HTML);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Bearer TOKEN');
  });

  test('is not there with GRAPHIQL=off, which the answer says', async () => {
    const { url } = await startGateway({ GRAPHIQL: 'off' });
    const response = await fetch(`${url}/graphql`, HTML);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'GraphiQL is off; POST operations as application/json.',
          extensions: { code: 'NOT_FOUND' },
        },
      ],
    });
  });
});
