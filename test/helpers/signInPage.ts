import type { Browser, BrowserContext, Locator, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { start } from '../../src/main.ts';
import type { Running } from '../../src/main.ts';
import { seededSid } from '../../src/sandbox/seed.ts';
import { launchChromium, noChromium } from './chromium.ts';
import { EVERY_MEMBER } from './everyMember.ts';
import { watchSandbox } from './sandboxCalls.ts';
import { spawnExample } from './startExample.ts';
import { SILENT } from './testLog.ts';

/** Walks a person through the sign-in page of `examples/<name>`, in a browser. */
export function describeSignInPage(name: string): void {
  describe.skipIf(noChromium)(`examples/${name}`, () => {
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
      gateway = await start(readConfig({ PORT: '0', ...limits }), SILENT);
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

    async function open(challengeSid: string): Promise<void> {
      context = await browser.newContext({ viewport: { width: 320, height: 640 } });
      page = await context.newPage();
      requested = [];
      errors = [];
      context.on('request', (request) => request.url().startsWith('data:') || requested.push(request));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.goto(`${pageUrl}?challengeSid=${challengeSid}`);
    }

    const poll = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 5_000 });
    const status = () => page.getByRole('status').innerText();
    const resend = () => page.getByRole('button', { name: /didn't get it/ });
    const restart = () => page.getByRole('button', { name: 'Start again' });
    const hasFocus = (button: Locator) => button.evaluate((element) => element === document.activeElement);
    const resendKeys = () =>
      requested
        .filter((request) => request.postData()?.includes('mutation ResendChallengeNotification'))
        .map((request) => request.headers()['idempotency-key']);
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

    it('sends it again once, and counts down until it can be sent again', async () => {
      await open(await newChallenge());
      await poll(status).toContain('We sent a notification to your phone');
      expect(await page.getByText('Sign in to the bank?').isVisible()).toBe(true);
      const calls = watchSandbox();
      await resend().dblclick();
      await poll(status).toContain('We sent it again');
      await poll(() => resend().innerText()).toMatch(/^I didn't get it \(\d+ s\)$/);
      expect(await resend().getAttribute('aria-disabled')).toBe('true');
      expect(await hasFocus(resend())).toBe(true);
      const text = await resend().innerText();
      await poll(() => resend().innerText()).not.toBe(text);
      await resend().press('Enter');
      expect(resendKeys()).toHaveLength(1);
      expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(1);
    });

    it('counts down at once for who opens it again', async () => {
      const sid = await newChallenge();
      await open(sid);
      await resend().click();
      await poll(status).toContain('We sent it again');
      await context.close();
      await open(sid);
      await poll(() => resend().innerText()).toMatch(/\(\d+ s\)$/);
    });

    it('shows that the phone has approved it', async () => {
      const sid = await newChallenge();
      await open(sid);
      await poll(status).toContain('We sent a notification');
      gateway.sandbox!.device().approve(sid);
      await poll(status).toBe('You are signed in.');
      expect(await resend().isVisible()).toBe(false);
    });

    it('starts another one when it gets no more pushes', async () => {
      await open(seededSid('YC', 60309));
      await resend().click();
      await poll(() => hasFocus(restart())).toBe(true);
      await restart().click();
      await poll(status).toContain('We sent a notification to your phone');
      expect(await restart().isVisible()).toBe(false);
      expect(await hasFocus(resend())).toBe(true);
      const [push] = gateway.sandbox!.device().inbox.slice(-1);
      gateway.sandbox!.device().approve((push as { challengeSid: string }).challengeSid);
      await poll(status).toBe('You are signed in.');
    });

    it('starts another one when it has expired', async () => {
      await open(seededSid('YC', 60323));
      await poll(status).toBe('This sign-in has expired.');
      await restart().click();
      await poll(status).toContain('We sent a notification to your phone');
    });

    it('makes a click that got lost again under its key', async () => {
      const sid = await newChallenge();
      const calls = watchSandbox();
      await open(sid);
      let isLost = true;
      await page.route('**/graphql', async (route) => {
        const isResend = route.request().postData()?.includes('mutation ResendChallengeNotification');
        if (!isResend || !isLost) return route.continue();
        isLost = false;
        await route.fetch();
        return route.abort();
      });
      await resend().click();
      await poll(status).toContain('Please try again');
      errors = errors.filter((text) => !text.includes('net::ERR_FAILED'));
      await resend().click();
      await poll(status).toContain('We sent it again');
      const [first, second] = resendKeys();
      expect(second).toMatch(/^[0-9a-f]{32}$/);
      expect(second).toBe(first);
      expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(1);
    });

    // A page asks for no invalid arguments, and a cooldown leaves it no button to click.
    const clickable = EVERY_MEMBER.filter(
      ([member]) => !['Notification', 'InvalidInputError', 'ResendCooldownError'].includes(member),
    );
    it.each(clickable)('tells what to do after %s', async (member, { challengeSid }) => {
      await open(challengeSid!);
      if (member === 'ChallengeNotFoundError') return poll(status).toContain('There is no such sign-in');
      await poll(status).not.toContain('Looking for');
      if (!(await resend().isVisible()))
        return expect(await status()).toMatch(/has expired|signed in|denied/);
      const before = await status();
      await resend().click();
      await poll(status).not.toMatch(new RegExp(`^(${before}|Sending it again …)$`));
      return expect(await status()).toMatch(/\w\.$/);
    });

    it('fits a narrow screen in the dark', async () => {
      await open(await newChallenge());
      await page.emulateMedia({ colorScheme: 'dark' });
      await poll(status).toContain('We sent a notification');
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBe(320);
    });
  });
}
