import type { Mutant } from './mutant.ts';

const WATCHER = 'src/live/challengeWatcher.ts';
const WATCHERS_TEST = 'test/live/challengeWatchers.test.ts';

export const LIVE_MUTANTS: readonly Mutant[] = [
  {
    what: 'people whose identities differ in case share what they see',
    file: 'src/live/challengeWatchers.ts',
    from: 'const name = JSON.stringify([serviceSid, identity, challengeSid]);',
    to: 'const name = challengeGuardKey(key);',
    test: [WATCHERS_TEST, 'see the challenge of their own identity, and not of one that differs in case'],
  },
  {
    what: 'a challenge that cannot be read does not expire',
    file: WATCHER,
    from: 'await this.#showExpiry().catch(() => {});',
    to: '',
    test: [WATCHERS_TEST, 'see it expire by the clock, although Twilio cannot be read, after few reads'],
  },
  {
    what: 'a change during a read is missed',
    file: WATCHER,
    from: 'if (this.#isReading) this.#isStale = true;',
    to: 'if (this.#isReading) return;',
    test: [WATCHERS_TEST, 'see a change that came while a read was under way'],
  },
  {
    what: 'a stream that opens while the process stops stays open',
    file: 'src/http/subscriptions/openStreams.ts',
    from: 'if (error) queueMicrotask(() => end(error));',
    to: '',
    test: ['test/http/openStreams.test.ts', 'a stream that opens while the process stops is ended'],
  },
  {
    what: 'whoever subscribes is not checked',
    file: 'src/schema/scopePlugin.ts',
    from: 'return subscribe && this.wrapResolve(subscribe, config);',
    to: 'return subscribe;',
    test: [
      'test/auth/subscriptions.test.ts',
      'a caller without verify:read is FORBIDDEN, without a call to Twilio',
    ],
  },
  {
    what: 'a router of any origin is called back',
    file: 'src/http/subscriptions/callbackStream.ts',
    from: 'if (!origins.includes(new URL(callbackUrl).origin)) return CALLBACK_REFUSED;',
    to: '',
    test: ['test/http/callbackSubscriptions.test.ts', 'is off without origins'],
  },
  {
    what: 'a stream outlives its token',
    file: 'src/http/subscriptions/subscriptionExecution.ts',
    from: '() => end(new TokenExpiredError())',
    to: '() => {}',
    test: ['test/auth/subscriptions.test.ts', 'the stream ends with UNAUTHENTICATED when the token expires'],
  },
];
