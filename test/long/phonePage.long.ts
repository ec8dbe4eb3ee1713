import { describe, expect, it } from 'vitest';
import { SEEDED_CHALLENGES } from '../../src/sandbox/seed.ts';
import { axeFindings, NARROW, overflow } from '../helpers/axeFindings.ts';
import { noChromium } from '../helpers/chromium.ts';
import { startPhonePage } from '../helpers/startPhonePage.ts';

const WIDE = { width: 1280, height: 900 };

describe.skipIf(noChromium)('the page with the phone, at length', () => {
  const site = startPhonePage();
  const { open, start, tap, button, status, pushes, poll } = site;

  it('a push waits for a phone that is offline, and is lost after its ttl', async () => {
    await open();
    await start();
    await tap('Go offline');
    await poll(() => site.page.locator('#connection').innerText()).toBe('Offline');
    expect(await button('Approve').getAttribute('aria-disabled')).toBe('true');
    await tap('+20 s');
    await tap('Send it again');
    await poll(() => pushes().first().innerText()).toContain('Sent again, not delivered');
    await tap('Go online');
    await poll(() => pushes().first().innerText()).toMatch(/^Sent again\n/);

    await tap('Go offline');
    await tap('+20 s');
    await site.page.getByLabel('the next push waits').selectOption({ label: '30 seconds (ttl 30)' });
    await tap('Send it again');
    await poll(() => pushes().first().innerText()).toContain('not delivered');
    await tap('+1 min');
    await poll(() => pushes().first().innerText()).toContain('ttl 30 s, over: this push is lost');
    await tap('Go online');
    await poll(() => pushes().count()).toBe(2);
    expect(site.gateway.sandbox!.device().inbox).toHaveLength(2);
  });

  it('the sign-in offers to start again after the last push that Twilio allows', async () => {
    await open();
    await start();
    for (const count of [2, 3, 4]) {
      await tap('+20 s');
      await tap('Send it again');
      await poll(() => pushes().count()).toBe(count);
    }
    await poll(() => button('Start again').isVisible()).toBe(true);
    await poll(() => site.page.locator('#resend').isVisible()).toBe(false);
    await tap('+1 min');
    await poll(status).toContain('all its notifications');
    await tap('Approve');
    await poll(status).toBe('You are signed in.');
  });

  it.each(SEEDED_CHALLENGES)(
    'the sign-in shows what a resend of $sid provokes: $outcome',
    async ({ sid, outcome }) => {
      await open();
      const number = Number(sid.slice(2));
      await site.page.getByRole('button', { name: `Resend seed ${number}:` }).click();
      await poll(() => site.page.locator('#told').innerText(), 14_000).toMatch(new RegExp(`\\n${outcome}$`));
      const isSent = outcome === 'Notification';
      await poll(() => pushes().count()).toBe(isSent || [90005, 90006].includes(number) ? 1 : 0);
    },
  );

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    it.each([NARROW, WIDE])(
      `has no accessibility finding in ${colorScheme}, $width px wide`,
      async (viewport) => {
        await open({ colorScheme, viewport });
        const check = async () => {
          expect(await axeFindings(site.page)).toEqual([]);
          expect(await overflow(site.page)).toBe(0);
        };
        await check();
        await start();
        await site.page.locator('#history summary').first().click();
        await check();
        await tap('Go offline');
        await tap('+20 s');
        await tap('Send it again');
        await poll(() => pushes().first().innerText()).toContain('not delivered');
        await check();
        await tap('Go online');
        await poll(() => site.page.locator('#connection').innerText()).toBe('Online');
        await tap('Deny');
        await poll(status).toContain('denied');
        await check();
        await site.page.getByRole('button', { name: 'Resend seed 60309:' }).click();
        await poll(() => button('Start again').isVisible()).toBe(true);
        await check();
      },
    );
  });

  it('the whole sign-in goes by keyboard', async () => {
    await open();
    const { keyboard } = site.page;
    const focused = () => site.page.evaluate(() => document.activeElement?.textContent ?? '');
    const tabTo = async (text: string) => {
      for (let count = 0; count < 30 && (await focused()) !== text; count += 1) await keyboard.press('Tab');
      expect(await focused()).toBe(text);
    };
    await tabTo('Sign in with your phone');
    await keyboard.press('Enter');
    await poll(focused).toMatch(/^Send it again/);
    await poll(() => pushes().count()).toBe(1);
    await tabTo('Approve');
    await keyboard.press('Space');
    await poll(status).toBe('You are signed in.');
    await poll(focused).toContain('Approved');
  });
});
