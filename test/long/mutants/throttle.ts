import type { Mutant } from './mutant.ts';

const THROTTLE = 'src/twilio/throttle.ts';
const LIMIT = 'src/twilio/adaptiveLimit.ts';
const THROTTLES = 'test/twilio/throttle.test.ts';

export const THROTTLE_MUTANTS: readonly Mutant[] = [
  {
    what: 'a process that is turned away does not slow down',
    file: THROTTLE,
    from: 'this.#update(() => this.#limit.turnedAway(call, this.#underWay, retryAfterSeconds));',
    to: 'void [call, retryAfterSeconds];',
    test: [THROTTLES, 'a hundred resends at once cost no more than the pool, when Twilio serves 8 at a time'],
  },
  {
    what: 'a call that waits has no time left for its answer',
    file: THROTTLE,
    from: 'this.#limit.isSlowed ? timeoutMs / 2 : timeoutMs',
    to: 'timeoutMs',
    test: [THROTTLES, 'the throttle gives a call that waited at least half of its time to be answered'],
  },
  {
    what: 'a call that waited has its whole time again',
    file: THROTTLE,
    from: 'timeoutMs - (performance.now() - queuedAt)',
    to: 'timeoutMs',
    test: [THROTTLES, 'the throttle counts the time that a call has waited'],
  },
  {
    what: 'each call that was under way halves the limit',
    file: LIMIT,
    from: 'if (call > this.#round.lastCall) {',
    to: 'if (call > 0) {',
    test: [THROTTLES, 'the throttle halves the calls under way, once for all that were'],
  },
  {
    what: 'one answer stops the process for a day',
    file: LIMIT,
    from: 'Math.min(retryAfterSeconds * 1000, MAX_RETRY_AFTER_MS)',
    to: 'retryAfterSeconds * 1000',
    test: [THROTTLES, 'the throttle waits no longer than a minute, whatever Retry-After says'],
  },
  {
    what: 'the limit never recovers without traffic',
    file: LIMIT,
    from: '      this.#grow(Math.floor(freeMs / FREE_MS_PER_STEP));\n',
    to: '',
    test: [THROTTLES, 'the throttle recovers by one a second while no call has to wait'],
  },
];
