import { describe, expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { noChromium } from './chromium.ts';
import { watchSandbox } from './sandboxCalls.ts';
import { loseAnswer, startSignInPage } from './startSignInPage.ts';

const RESEND = 'mutation ResendChallengeNotification';

/**
 * Walks a person through the sign-in page of `examples/<name>`, in a browser. Every other path takes a minute, and is
 * walked in the long run.
 */
export function describeSignInPage(name: string): void {
  describe.skipIf(noChromium)(`examples/${name}`, () => {
    const site = startSignInPage(name);
    const { open, poll, status, resend, restart, hasFocus, keysOf } = site;
    const { intercept, forgiveFailed, newChallenge } = site;
    const resendKeys = () => keysOf(RESEND);

    it(`the page of examples/${name} sends a push again once, and counts down until the next`, async () => {
      await open(await newChallenge());
      await poll(status).toContain('We sent a notification to your phone');
      expect(await site.page.getByText('Sign in to the bank?').isVisible()).toBe(true);
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

    it(`the page of examples/${name} shows that the phone has approved the challenge`, async () => {
      const sid = await newChallenge();
      await open(sid);
      await poll(status).toContain('We sent a notification');
      site.gateway.sandbox!.device().approve(sid);
      await poll(status).toBe('You are signed in.');
      expect(await resend().isVisible()).toBe(false);
    });

    it(`the page of examples/${name} starts another challenge when its own gets no more pushes`, async () => {
      await open(seededSid('YC', 60309));
      await resend().click();
      await poll(() => hasFocus(restart())).toBe(true);
      await restart().click();
      await poll(status).toContain('We sent a notification to your phone');
      expect(await restart().isVisible()).toBe(false);
      expect(await hasFocus(resend())).toBe(true);
      const [push] = site.gateway.sandbox!.device().inbox.slice(-1);
      site.gateway.sandbox!.device().approve((push as { challengeSid: string }).challengeSid);
      await poll(status).toBe('You are signed in.');
    });

    it(`the page of examples/${name} repeats a lost click under its key`, async () => {
      const sid = await newChallenge();
      const calls = watchSandbox();
      await open(sid);
      await intercept(RESEND, loseAnswer, 1);
      await resend().click();
      await poll(status).toContain('Please try again');
      forgiveFailed();
      await resend().click();
      await poll(status).toContain('We sent it again');
      const [first, second] = resendKeys();
      expect(second).toMatch(/^[0-9a-f]{32}$/);
      expect(second).toBe(first);
      expect(calls.filter((call) => call.endsWith('/Notifications'))).toHaveLength(1);
    });
  });
}
