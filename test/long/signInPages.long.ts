import { describe, expect, it } from 'vitest';
import { seededSid } from '../../src/sandbox/seed.ts';
import { noChromium } from '../helpers/chromium.ts';
import { EVERY_MEMBER } from '../helpers/everyMember.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { loseAnswer, startSignInPage, toChallenge } from '../helpers/startSignInPage.ts';

const RESEND = 'mutation ResendChallengeNotification';
const CREATE = 'mutation CreateChallenge';

describe.skipIf(noChromium).each(['apollo-client', 'urql'])('every path of examples/%s', (name) => {
  const site = startSignInPage(name);
  const { open, poll, status, resend, restart, keysOf } = site;
  const { intercept, forgiveFailed, secondsLeft, newChallenge } = site;
  const resendKeys = () => keysOf(RESEND);

  it(`a page of ${name} that is opened again counts down at once`, async () => {
    const sid = await newChallenge();
    await open(sid);
    await resend().click();
    await poll(status).toContain('We sent it again');
    await site.page.context().close();
    await open(sid);
    await poll(() => resend().innerText()).toMatch(/\(\d+ s\)$/);
  });

  it(`a page of ${name} starts another challenge when its own has expired`, async () => {
    await open(seededSid('YC', 60323));
    await poll(status).toBe('This sign-in has expired.');
    await restart().click();
    await poll(status).toContain('We sent a notification to your phone');
  });

  it(`a page of ${name} repeats an unanswered click under its key`, async () => {
    await open(await newChallenge(), () =>
      site.page.addInitScript(() => {
        const inTime = AbortSignal.timeout;
        AbortSignal.timeout = (timeoutMs) => inTime(timeoutMs / 20);
      }),
    );
    await poll(status).toContain('We sent a notification');
    await intercept(RESEND, async () => {}, 1);
    await resend().click();
    await poll(status).toContain('Please try again');
    await resend().click();
    await poll(status).toContain('We sent it again');
    expect(new Set(resendKeys()).size).toBe(1);
    expect(resendKeys()).toHaveLength(2);
  });

  it(`a page of ${name} starts one other challenge, also when the answer to that got lost`, async () => {
    await open(seededSid('YC', 60323));
    await intercept(CREATE, loseAnswer, 1);
    const calls = watchSandbox();
    await restart().click();
    await poll(status).toContain('Please try again');
    forgiveFailed();
    await restart().click();
    await poll(status).toContain('We sent a notification to your phone');
    const [first, second] = keysOf(CREATE);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(calls.filter((call) => /POST .*\/Challenges$/.test(call))).toHaveLength(1);
  });

  it(`a page of ${name} does not offer another challenge once the phone has answered`, async () => {
    const sid = await newChallenge();
    await open(sid);
    await intercept(RESEND, (route) => toChallenge(route, sid, seededSid('YC', 60309)), 1);
    await resend().click();
    await poll(() => restart().isVisible()).toBe(true);
    site.gateway.sandbox!.device().approve(sid);
    await poll(status).toBe('You are signed in.');
    expect(await restart().isVisible()).toBe(false);
    expect(await resend().isVisible()).toBe(false);
  });

  it(`a page of ${name} starts another challenge like its own when that is gone`, async () => {
    const sid = await newChallenge();
    await open(sid);
    await poll(status).toContain('We sent a notification');
    await intercept('$challengeSid', (route) => toChallenge(route, sid, seededSid('YC', 20404)));
    await resend().click();
    await poll(() => restart().isVisible()).toBe(true);
    expect(await resend().isVisible()).toBe(false);
    await restart().click();
    await poll(status).toContain('We sent a notification to your phone');
    expect(await site.page.getByText('Sign in to the bank?').isVisible()).toBe(true);
  });

  it(`a page of ${name} leads back when its challenge never existed`, async () => {
    await open(seededSid('YC', 20404));
    await poll(status).toContain('There is no such sign-in');
    expect(await restart().isVisible()).toBe(false);
    await site.page.getByRole('link', { name: 'Back to the start' }).click();
    await poll(status).toContain('We sent a notification');
  });

  it(`a page of ${name} says that the gateway is out of reach, and shows the challenge when it is back`, async () => {
    await open(await newChallenge(), () => site.page.route('**/graphql', (route) => route.abort()));
    await poll(status).toContain('cannot reach');
    await site.page.unroute('**/graphql');
    await poll(status).toContain('We sent a notification');
    expect(await resend().isVisible()).toBe(true);
    forgiveFailed();
  });

  // No read of these challenges says anything of waiting, so the seconds are those of the answer.

  it.each([
    ['RateLimitedError', 20429, 5],
    ['ResendOutcomeUnknownError', 90002, 25],
  ])(`a page of ${name} counts down after %s, by the seconds of the answer`, async (_, number, seconds) => {
    await open(seededSid('YC', number));
    await resend().click();
    await poll(secondsLeft).toBeGreaterThanOrEqual(seconds);
    const before = await secondsLeft();
    const reads = () => keysOf('query Challenge').length;
    const readsBefore = reads();
    await poll(async () => reads()).toBeGreaterThan(readsBefore + 1);
    const after = await secondsLeft();
    expect(after).toBeLessThan(before);
    expect(after).toBeGreaterThanOrEqual(before - 6);
  });

  // A page asks for no invalid arguments, and a cooldown leaves it no button to click.

  const clickable = EVERY_MEMBER.filter(
    ([member]) => !['Notification', 'InvalidInputError', 'ResendCooldownError'].includes(member),
  );

  it.each(clickable)(`a page of ${name} tells what to do after %s`, async (member, { challengeSid }) => {
    await open(challengeSid!);
    if (member === 'ChallengeNotFoundError') return poll(status).toContain('There is no such sign-in');
    await poll(status).not.toContain('Looking for');
    if (!(await resend().isVisible()))
      return expect(await status()).toMatch(/has expired|signed in|denied|start again/);
    const before = await status();
    await resend().click();
    await poll(status).not.toMatch(new RegExp(`^(${before}|Sending it again …)$`));
    return expect(await status()).toMatch(/\w\.$/);
  });

  it(`a page of ${name} fits a narrow screen in the dark`, async () => {
    await open(await newChallenge());
    await site.page.emulateMedia({ colorScheme: 'dark' });
    await poll(status).toContain('We sent a notification');
    const width = await site.page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(320);
  });
});
