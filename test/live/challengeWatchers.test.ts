import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChallengeWatchers } from '../../src/live/challengeWatchers.ts';
import type { ChallengeWaiting } from '../../src/resend/waiting.ts';
import type { Challenge } from '../../src/twilio/verify/challenge.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const KEY = { serviceSid: 'VA1', identity: 'someone', challengeSid: 'YC1' };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'], now: START });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Watchers over a challenge that the test changes. */
function open(given: Partial<Challenge> = {}) {
  const upstream = {
    challenge: { sid: 'YC1', status: 'PENDING', expirationDate: null, ...given } as Challenge | null,
    waiting: null as ChallengeWaiting | null,
    error: undefined as Error | undefined,
    reads: [] as number[],
  };
  const watchers = new ChallengeWatchers({
    async read() {
      upstream.reads.push(Date.now() - START);
      if (upstream.error) throw upstream.error;
      return upstream.challenge;
    },
    waitingOf: async () => upstream.waiting,
    now: Date.now,
  });
  const change = (changed: Partial<Challenge>) => {
    upstream.challenge = { ...upstream.challenge!, ...changed };
  };
  return { watchers, upstream, change };
}

/** What a listener has seen so far. */
function listen(watchers: ChallengeWatchers) {
  const seen: string[] = [];
  const events = watchers.follow(KEY);
  const reading = (async () => {
    try {
      for await (const { status } of events) seen.push(status);
      seen.push('end');
    } catch (error) {
      seen.push((error as Error).name);
    }
  })();
  return { seen, leave: () => events.return!(), reading };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('those who follow a challenge', () => {
  it('see its present state, each change once, and the end with its answer', async () => {
    const { watchers, change } = open();
    const { seen } = listen(watchers);
    await pass(9_000);
    expect(seen).toEqual(['PENDING']);
    change({ status: 'APPROVED' });
    await pass(10_000);
    expect(seen).toEqual(['PENDING', 'APPROVED', 'end']);
    expect(watchers.size).toBe(0);
  });

  it.each(['APPROVED', 'DENIED', 'EXPIRED'] as const)(
    'see one state of a challenge that is %s',
    async (status) => {
      const { watchers } = open({ status });
      const { seen } = listen(watchers);
      await pass(0);
      expect(seen).toEqual([status, 'end']);
    },
  );

  it('cost one read after 2, 3, 4.5 and 6.75 seconds, and then each 10', async () => {
    const { watchers, upstream } = open();
    listen(watchers);
    await pass(50_000);
    expect(upstream.reads.map((ms) => Math.round(ms / 10) / 100)).toEqual([
      0, 2, 5, 9.5, 16.25, 26.25, 36.25, 46.25,
    ]);
  });

  it('share one watcher: a thousand cost what one does', async () => {
    const { watchers, upstream, change } = open();
    const listeners = Array.from({ length: 1_000 }, () => listen(watchers));
    await pass(30_000);
    expect(upstream.reads.length).toBeLessThanOrEqual(9);
    change({ status: 'DENIED' });
    await pass(10_000);
    for (const { seen } of listeners) expect(seen).toEqual(['PENDING', 'DENIED', 'end']);
  });

  it('see a change at once when something wakes the watcher', async () => {
    const { watchers, change } = open();
    const { seen } = listen(watchers);
    await pass(30_000);
    change({ status: 'APPROVED' });
    watchers.wake(KEY);
    await pass(0);
    expect(seen).toEqual(['PENDING', 'APPROVED', 'end']);
  });

  it('see a change that came while a read was under way', async () => {
    const { watchers, change } = open();
    const { seen } = listen(watchers);
    // The read of the first listener has begun and has the old state.
    change({ status: 'APPROVED' });
    watchers.wake(KEY);
    await pass(0);
    expect(seen.at(-1)).toBe('end');
  });

  it('who come later see the state as it is then, and the others no repeat', async () => {
    const { watchers } = open();
    const first = listen(watchers);
    await pass(30_000);
    const second = listen(watchers);
    await pass(0);
    expect([first.seen, second.seen]).toEqual([['PENDING'], ['PENDING']]);
  });

  it('see it expire by the clock, although Twilio still calls it pending', async () => {
    const { watchers } = open({ expirationDate: new Date(START + 25_000) });
    const { seen } = listen(watchers);
    await pass(24_900);
    expect(seen).toEqual(['PENDING']);
    await pass(200);
    expect(seen).toEqual(['PENDING', 'EXPIRED', 'end']);
  });

  it('see it expire by the clock, although Twilio cannot be read, after few reads', async () => {
    const { watchers, upstream } = open({ expirationDate: new Date(START + 25_000) });
    const { seen } = listen(watchers);
    await pass(20_000);
    upstream.error = new TypeError('unreachable');
    await pass(10_000);
    expect(seen).toEqual(['PENDING', 'EXPIRED', 'end']);
    expect(upstream.reads.length).toBeLessThan(10);
  });

  it('cost no more reads when a challenge of unknown status has passed its end', async () => {
    const { watchers, upstream } = open({ status: 'UNKNOWN', expirationDate: new Date(START + 1_000) });
    listen(watchers);
    await pass(60_000);
    expect(upstream.reads.length).toBeLessThan(12);
  });

  it('see the challenge of their own identity, and not of one that differs in case', async () => {
    const { watchers, upstream } = open();
    listen(watchers);
    await pass(0);
    upstream.challenge = null;
    const other: string[] = [];
    const events = watchers.follow({ ...KEY, identity: KEY.identity.toUpperCase() });
    events.next().catch((error: Error) => other.push(error.name));
    await pass(0);
    expect(other).toEqual(['ChallengeNotFoundError']);
    expect(watchers.size).toBe(1);
  });

  it('are ended by a process that stops, also when they come later', async () => {
    const { watchers } = open();
    const { seen } = listen(watchers);
    await pass(0);
    watchers.end(new TypeError('stopping'));
    const late = listen(watchers);
    await pass(0);
    expect([seen, late.seen]).toEqual([['PENDING', 'TypeError'], ['TypeError']]);
    expect([watchers.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('hear when something else is to be shown, without a read', async () => {
    const { watchers, upstream } = open();
    upstream.waiting = { nextAction: 'CHECK_DEVICE', changesAt: new Date(START + 12_000) };
    const { seen } = listen(watchers);
    await pass(11_000);
    const reads = upstream.reads.length;
    upstream.waiting = { nextAction: 'RESEND', changesAt: null };
    await pass(1_100);
    expect(seen).toEqual(['PENDING', 'PENDING']);
    expect(upstream.reads).toHaveLength(reads);
  });

  it('hear nothing when the same moment is computed a little differently', async () => {
    const { watchers, upstream } = open();
    const { seen } = listen(watchers);
    for (const drift of [0, 900, 300, 1_000]) {
      upstream.waiting = { nextAction: 'OPEN_APP', changesAt: new Date(START + 60_000 + drift) };
      watchers.wake(KEY);
      await pass(10);
    }
    expect(seen).toEqual(['PENDING']);
  });

  it('who have seen a state outlast a failed read; those who come meanwhile get its error', async () => {
    const { watchers, upstream, change } = open();
    const { seen } = listen(watchers);
    await pass(0);
    upstream.error = new TypeError('unreachable');
    const late = listen(watchers);
    await pass(0);
    expect(late.seen).toEqual(['TypeError']);
    upstream.error = undefined;
    change({ status: 'APPROVED' });
    await pass(10_000);
    expect(seen).toEqual(['PENDING', 'APPROVED', 'end']);
  });

  it('get ChallengeNotFoundError for one that does not exist, or is deleted', async () => {
    const { watchers, upstream } = open();
    const { seen } = listen(watchers);
    await pass(0);
    upstream.challenge = null;
    const late = listen(watchers);
    await pass(0);
    expect([seen, late.seen]).toEqual([['PENDING', 'ChallengeNotFoundError'], ['ChallengeNotFoundError']]);
  });

  it('see a change at once when it is told of their person, and read nothing for another one', async () => {
    const { watchers, upstream, change } = open();
    const { seen } = listen(watchers);
    await pass(0);
    change({ status: 'APPROVED' });
    for (const other of [{ identity: 'someon' }, { identity: 'someone-else' }, { serviceSid: 'VA' }]) {
      watchers.wakeIdentity({ ...KEY, ...other });
    }
    await pass(0);
    expect(upstream.reads).toHaveLength(1);
    watchers.wakeIdentity({ serviceSid: 'va1', identity: 'SOMEONE' });
    await pass(0);
    expect(seen).toEqual(['PENDING', 'APPROVED', 'end']);
  });

  it('leave nothing behind: the last one ends the reads and the timers', async () => {
    const { watchers, upstream } = open();
    const [first, second] = [listen(watchers), listen(watchers)];
    await pass(0);
    await first.leave();
    expect(watchers.size).toBe(1);
    await second.leave();
    expect(watchers.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    const reads = upstream.reads.length;
    await pass(60_000);
    expect(upstream.reads).toHaveLength(reads);
  });

  it('who leave during a read leave nothing behind either', async () => {
    const { watchers } = open();
    const { leave } = listen(watchers);
    await leave();
    await pass(0);
    expect([watchers.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
