import { describe, expect, it } from 'vitest';
import { noChromium } from '../helpers/chromium.ts';
import { startPhonePage } from '../helpers/startPhonePage.ts';

describe.skipIf(noChromium)('the page with the phone', () => {
  const site = startPhonePage();
  const { open, start, tap, button, status, pushes, poll, sent } = site;

  it('the phone shows the push of a sign-in, and the sign-in sees its approval within a second', async () => {
    await open();
    await start();
    const number = await site.page.locator('#number').innerText();
    expect(number).toMatch(/^\d\d$/);
    expect(await pushes().first().innerText()).toMatch(new RegExp(`Number\\s+${number}\\s`));
    expect(await pushes().first().innerText()).toMatch(/ttl 300 s, [45]:\d\d left/);
    await tap('Approve');
    await poll(status, 1_000).toBe('You are signed in.');
    await poll(() => pushes().first().innerText()).toContain('Approved');
    expect(await button('Approve').count()).toBe(0);
    expect(await button('Send it again').isVisible()).toBe(false);
  });

  it('the sign-in says that the phone has denied it, and lets nobody in', async () => {
    await open();
    await start();
    await tap('Deny');
    await poll(status, 1_000).toContain('denied on your phone');
    expect(await site.page.locator('#signin-title').innerText()).toBe('Not signed in');
    await tap('Start again');
    await poll(() => pushes().count()).toBe(2);
    await tap('Approve');
    await poll(status).toBe('You are signed in.');
  });

  it('a double tap sends one push, the first time and again', async () => {
    await open();
    await button('Sign in with your phone').dblclick();
    await poll(() => pushes().count()).toBe(1);
    await tap('+20 s');
    await button('Send it again').dblclick();
    await poll(() => pushes().count()).toBe(2);
    await poll(() => site.page.locator('#resend').innerText()).toMatch(/^Send it again in \d+ s$/);
    await site.page.locator('#resend').press('Enter');
    expect([sent('createChallenge'), sent('resendChallengeNotification')]).toEqual([1, 1]);
    expect(site.gateway.sandbox!.notifications).toHaveLength(1);
    expect(site.gateway.sandbox!.device().inbox).toHaveLength(2);
  });
});
