import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { axeFindings, NARROW, overflow } from '../helpers/axeFindings.ts';
import { noChromium } from '../helpers/chromium.ts';
import { ask, CHALLENGES, createChallenge } from '../helpers/sandboxApi.ts';
import { startPhonePage } from '../helpers/startPhonePage.ts';

const run = promisify(execFile);

describe.skipIf(noChromium)('the page with the phone, in trouble', () => {
  const site = startPhonePage();
  const { open, openTab, start, tap, button, status, pushes, poll } = site;

  it('the sign-in says nothing more of an earlier push once it is denied', async () => {
    await open();
    await start();
    await tap('+20 s');
    await tap('Send it again');
    const told = () => site.page.locator('#told').innerText();
    await poll(told).toContain('We sent it again');
    await tap('Deny');
    await poll(status).toContain('denied on your phone');
    expect(await told()).toBe('');
  });

  it('the app on the phone shows a challenge whose only push was lost', async () => {
    const sandbox = site.gateway.sandbox!;
    sandbox.device().online = false;
    const ExpirationDate = new Date(Date.now() + 30 * 60_000).toISOString();
    const sid = await createChallenge(sandbox, { ExpirationDate });
    sandbox.advanceClock(301);
    sandbox.device().online = true;
    await open();
    await poll(() => pushes().first().innerText()).toContain('In the app, without a push');
    await tap('Approve');
    await poll(() => pushes().count()).toBe(0);
    const { json } = await ask(sandbox, 'GET', `${CHALLENGES}/${sid}`);
    expect(json.status).toBe('approved');
  });

  it('the sign-in ends when the clock passes its time', async () => {
    await open();
    await start();
    await tap('+10 min');
    await poll(status, 1_000).toContain('The time for this sign-in is over');
    await poll(() => pushes().first().innerText()).toContain('Expired');
    expect(await site.page.locator('#ahead').innerText()).toBe('Clock 10 min ahead');
    expect(await button('Start again').isVisible()).toBe(true);
  });

  it('two tabs show one phone, and an answer in one ends the sign-in in the other', async () => {
    const first = await open();
    const second = await openTab();
    await start();
    await poll(() => pushes(second).count()).toBe(1);
    await button('Approve', second).click();
    await poll(() => status(first), 1_000).toBe('You are signed in.');
    expect(await second.locator('#signin-title').innerText()).toBe('Sign in');
  });

  it('each request can be copied as a command, which sends it again under its key', async () => {
    await open();
    await site.allowClipboard();
    await start();
    const entry = site.page.locator('#history > li').filter({ hasText: 'CreateChallenge' });
    await entry.getByRole('button', { name: 'Copy curl of CreateChallenge' }).click();
    await poll(() => site.page.locator('#copied').innerText()).toContain('is copied');
    const command = await site.page.evaluate(() => navigator.clipboard.readText());
    const { stdout } = await run('sh', ['-c', command]);
    const [push] = site.gateway.sandbox!.device().inbox;
    expect(JSON.parse(stdout).data.createChallenge.sid).toBe((push as { challengeSid: string }).challengeSid);
    expect(site.gateway.sandbox!.device().inbox).toHaveLength(1);
    await entry.getByRole('button', { name: 'Copy GraphQL of CreateChallenge' }).click();
    const document = () => site.page.evaluate(() => navigator.clipboard.readText());
    await poll(document).toMatch(/^# variables\n# \{\n[^]*\nmutation CreateChallenge/);
  });

  it('a lost stream is said to be lost, and is opened again', async () => {
    let isDown = true;
    await open({}, (page) =>
      page.route('**/graphql', async (route) => {
        const isStream = route.request().postData()?.startsWith('{"query":"subscription');
        if (!isStream || !isDown) return route.continue();
        return route.fulfill({ contentType: 'text/event-stream', body: ':\n\n' });
      }),
    );
    await start();
    const link = () => site.page.locator('#link').innerText();
    await poll(link).toContain('Connection lost');
    isDown = false;
    await poll(link).toBe('Live');
    await tap('Approve');
    await poll(status).toBe('You are signed in.');
  });

  it('a page that cannot be seen does not ask for the phone', async () => {
    await open({}, (page) => page.clock.install());
    const asked = () => site.requestedOf('/screen');
    const setHidden = (hidden: boolean) =>
      site.page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await poll(() => site.page.locator('#phone-time').innerText()).not.toBe('');
    await site.page.clock.runFor(1_000);
    await poll(async () => asked()).toBe(2);
    await setHidden(true);
    await site.page.clock.runFor(60_000);
    expect(asked()).toBe(2);
    await setHidden(false);
    await poll(async () => asked()).toBe(3);
  });

  it('the page has no accessibility finding in light and wide, nor in dark and narrow', async () => {
    await open({ colorScheme: 'light' });
    await start();
    expect(await axeFindings(site.page)).toEqual([]);
    await site.page.emulateMedia({ colorScheme: 'dark' });
    await site.page.setViewportSize(NARROW);
    await tap('Approve');
    await poll(status).toBe('You are signed in.');
    expect(await axeFindings(site.page)).toEqual([]);
    expect(await overflow(site.page)).toBe(0);
  });
});
