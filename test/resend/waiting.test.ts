import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { waitingOf } from '../../src/resend/waiting.ts';
import type { GuardState } from '../../src/store/store.ts';
import type { Challenge } from '../../src/twilio/verify/challenge.ts';
import { memoryStore } from '../helpers/testContext.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const FREE: GuardState = { resends: 0, cooldownSeconds: 0, identityLimitSeconds: 0, fatigueSeconds: 0 };

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => vi.useRealTimers());

/** What is to be shown so many seconds after the challenge was created, and when that changes, in seconds from then. */
async function waitingAfter(
  seconds: number,
  { seen = {} as Partial<GuardState>, challenge = {} as Partial<Challenge>, resendCooldownSeconds = 20 } = {},
) {
  vi.setSystemTime(START + seconds * 1000);
  const store = { ...memoryStore(), look: () => ({ ...FREE, ...seen }) };
  const context = { store, resendCap: 3, resendCooldownSeconds, now: Date.now } as never;
  const waiting = await waitingOf(context, {
    sid: 'YC1',
    serviceSid: 'VA1',
    identity: 'someone',
    status: 'PENDING',
    factorType: 'PUSH',
    dateCreated: new Date(START),
    expirationDate: new Date(START + 300_000),
    ...challenge,
  } as Challenge);
  return waiting && [waiting.nextAction, waiting.changesAt && (waiting.changesAt.getTime() - START) / 1000];
}

describe('what a page shows while a challenge waits', () => {
  it('after a push: look at the device, until a resend is allowed', async () => {
    expect(await waitingAfter(5, { seen: { cooldownSeconds: 15 } })).toEqual(['CHECK_DEVICE', 20]);
  });

  it('as soon as a resend is allowed: send it again, until it expires', async () => {
    expect(await waitingAfter(20)).toEqual(['RESEND', 300]);
  });

  it('30 seconds after a push, while a resend is not allowed: open the app', async () => {
    const long = { resendCooldownSeconds: 60 };
    expect(await waitingAfter(10, { seen: { cooldownSeconds: 50 }, ...long })).toEqual([
      'CHECK_DEVICE',
      30 + 10 - 10,
    ]);
    expect(await waitingAfter(35, { seen: { cooldownSeconds: 25 }, ...long })).toEqual(['OPEN_APP', 60]);
  });

  it('counts from the last push, not from the first', async () => {
    const seen = { resends: 1, cooldownSeconds: 55 };
    expect(await waitingAfter(100, { seen, resendCooldownSeconds: 60 })).toEqual(['CHECK_DEVICE', 125]);
  });

  it('while the limit of the person holds: open the app, until it ends', async () => {
    expect(await waitingAfter(60, { seen: { identityLimitSeconds: 100 } })).toEqual(['OPEN_APP', 160]);
    expect(await waitingAfter(60, { seen: { fatigueSeconds: 1_000 } })).toEqual(['OPEN_APP', 300]);
  });

  it('after the last push there is: look at the device, then start a new challenge', async () => {
    expect(await waitingAfter(50, { seen: { resends: 3, cooldownSeconds: 20 } })).toEqual([
      'CHECK_DEVICE',
      70,
    ]);
    expect(await waitingAfter(70, { seen: { resends: 3 } })).toEqual(['CREATE_CHALLENGE', 300]);
  });

  it.each(['TOTP', 'PASSKEYS'] as const)('for a factor of type %s: open the app', async (factorType) => {
    expect(await waitingAfter(1, { challenge: { factorType } })).toEqual(['OPEN_APP', 300]);
  });

  it('for a challenge without an end: no moment when it changes', async () => {
    expect(await waitingAfter(60, { challenge: { expirationDate: null } })).toEqual(['RESEND', null]);
  });

  it.each(['APPROVED', 'DENIED', 'EXPIRED'] as const)('nothing once it is %s', async (status) => {
    expect(await waitingAfter(1, { challenge: { status } })).toBeNull();
  });

  it('nothing once it has expired by the clock', async () => {
    expect(await waitingAfter(301)).toBeNull();
  });
});
