import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { serve } from '../../src/gateway/serve.ts';
import type { Running } from '../../src/gateway/serve.ts';
import { SEEDED_CHALLENGES, seededSid } from '../../src/sandbox/seed.ts';
import { launchChromium, noChromium } from '../helpers/chromium.ts';
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
  async function open(options: BrowserContextOptions = {}): Promise<void> {
    context = await browser.newContext(options);
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

  it('GraphiQL opens with six tabs: a resend, its state, what is pending, a new challenge, every outcome, Notify', async () => {
    await open();

    expect(await tabs().locator('button:first-child').allInnerTexts()).toEqual([
      'Resend',
      'ResendState',
      'PendingChallenges',
      'CreateChallenge',
      'EveryOutcome',
      'Notify',
    ]);
  });

  it('GraphiQL names the challenge of each outcome in the tab for every outcome', async () => {
    await open();
    await openTab('EveryOutcome');
    await poll(() => textOf('Operation Editor')).toContain('mutation EveryOutcome');
    const text = await textOf('Operation Editor');
    for (const { outcome } of SEEDED_CHALLENGES.slice(2)) expect(text).toContain(outcome);
    expect(text).toContain(`${seededSid('YC', 60323)}  ChallengeExpiredError`);
  });

  it('GraphiQL sends a push from the first tab as it stands', async () => {
    await open();
    await execute();

    await poll(() => textOf('Result Window')).toContain('"__typename": "Notification"');
  });

  const TABS = [
    {
      tab: 'PendingChallenges',
      region: 'Operation Editor',
      shows: 'query PendingChallenges',
      answers: '"allowed": true',
    },
    {
      tab: 'CreateChallenge',
      region: 'Operation Editor',
      shows: 'mutation CreateChallenge',
      answers: '"status": "PENDING"',
    },
    {
      tab: 'ResendState',
      region: 'Operation Editor',
      shows: 'query ResendState',
      answers: '"notificationsRemaining"',
    },
    {
      tab: 'EveryOutcome',
      region: 'Variables',
      shows: '"YC00000000000000000000000000000002"',
      answers: '"__typename": "Notification"',
    },
    {
      tab: 'Notify',
      region: 'Operation Editor',
      shows: 'mutation Notify',
      answers: '"__typename": "NotifyNotification"',
    },
  ];

  it('GraphiQL runs each tab as it stands', { timeout: 60_000 }, async () => {
    await open();
    for (const { tab, region, shows, answers } of TABS) {
      await openTab(tab);
      await poll(() => textOf(region)).toContain(shows);

      // GraphiQL learns the name of the tab's operation a moment after it shows it, and refuses until then.
      const answer = async () => {
        await execute();
        return textOf('Result Window');
      };
      await expect.poll(answer, { timeout: 8_000, interval: 300, message: tab }).toContain(answers);
    }
  });

  it('GraphiQL shows the result below the operation in a window of 390 pixels, with every tab in sight', async () => {
    await open({ viewport: { width: 390, height: 844 }, isMobile: true });
    await execute();
    await poll(() => textOf('Result Window')).toContain('"__typename"');

    const editor = (await page.getByRole('region', { name: 'Operation Editor' }).boundingBox())!;
    const result = (await page.getByRole('region', { name: 'Result Window' }).boundingBox())!;
    expect(result.y).toBeGreaterThan(editor.y + editor.height);
    expect(Math.min(editor.width, result.width)).toBeGreaterThan(300);
    for (const tab of await tabs().all()) {
      const { x, width } = (await tab.boundingBox())!;
      expect(x + width).toBeLessThanOrEqual(390);
    }
  });

  it('GraphiQL opens a tab at the first click: no tab moves from under the pointer', async () => {
    await open();
    for (const name of ['Notify', 'PendingChallenges', 'EveryOutcome']) {
      await openTab(name);
      await poll(selected).toEqual([expect.stringContaining(name)]);
    }
  });

  it('GraphiQL asks no other host for anything and logs no error', async () => {
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

  it('GraphiQL edits, completes and changes its theme within its content security policy', async () => {
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

  it('GraphiQL runs no script that is not its own', async () => {
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
