import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { start } from '../src/main.ts';
import type { Running } from '../src/main.ts';
import { SEEDED_CHALLENGES } from '../src/sandbox/seed.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const CHROMIUM = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));
const mayBeMissing = process.env['CI'] !== 'true';
if (!CHROMIUM && mayBeMissing) console.log(`skipped: no ${NAMES.join(', ')} on the PATH`);

/** A browser that calls home would look like a page that does. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!CHROMIUM && mayBeMissing)('GraphiQL', () => {
  let gateway: Running;
  let browser: Browser;
  let context: BrowserContext | undefined;
  let page: Page;
  let requested: string[];
  let errors: string[];

  beforeAll(async () => {
    if (!CHROMIUM) throw new Error(`CI=true needs one of ${NAMES.join(', ')} on the PATH`);
    gateway = await start(readConfig({ PORT: '0' }), pino({ level: 'silent' }));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
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
});
