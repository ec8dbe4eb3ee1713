import type { Mutant } from './mutant.ts';

const RETRY = 'src/twilio/retry.ts';
const BREAKER = 'src/twilio/breaker.ts';
const TRANSPORT = 'src/twilio/transport.ts';
const HANDLER = 'src/twilio/replyHandler.ts';
const ERRORS = 'src/twilio/errorFromResponse.ts';
const RETRIES = 'test/twilio/retry.test.ts';
const BREAKERS = 'test/twilio/breaker.test.ts';
const TRANSPORTS = 'test/twilio/transport.test.ts';
const HANDLERS = 'test/twilio/replyHandler.test.ts';
const HANGING = 'test/twilio/hangingTwilio.test.ts';
const THROTTLES = 'test/twilio/throttle.test.ts';
const CLIENTS = 'test/twilio/client.test.ts';

export const TWILIO_MUTANTS: readonly Mutant[] = [
  {
    what: 'a write is repeated twice',
    file: RETRY,
    from: 'RETRIES = { read: 2, write: 1 }',
    to: 'RETRIES = { read: 2, write: 2 }',
    test: [RETRIES, 'a write is repeated once when Twilio answered 20429'],
  },
  {
    what: 'a write that may have been sent is repeated',
    file: RETRY,
    from: "  reply.stage === 'notSent' &&\n",
    to: "  reply.stage !== 'queueFull' &&\n",
    test: [RETRIES, 'a write is not repeated after a lost answer'],
  },
  {
    what: 'the cap of a challenge is tried again',
    file: RETRY,
    from: 'codeOfAnswer(reply) === TOO_MANY_REQUESTS',
    to: 'codeOfAnswer(reply) !== undefined',
    test: [RETRIES, 'a write is not repeated after the cap'],
  },
  {
    what: 'a call that was turned away is repeated while the process is slowed down',
    file: RETRY,
    from: '  !reply.whileSlowed &&\n',
    to: '',
    test: [THROTTLES, 'a lone 20429 is repeated, and none while the process is slowed down'],
  },
  {
    what: 'a call that the breaker refused is repeated',
    file: RETRY,
    from: '  reply.cause !== CANCELLED &&\n  reply.cause !== BREAKER_OPEN;',
    to: '  reply.cause !== CANCELLED;',
    test: [RETRIES, 'a write is not repeated after an open breaker'],
  },
  {
    what: 'the clock is not looked at after a pause',
    file: RETRY,
    from: 'if (performance.now() + MIN_TRY_MS > deadline) return reply;',
    to: '',
    test: [RETRIES, 'a process that stood still during the pause makes no second try'],
  },
  {
    what: 'a write waits for longer than ten seconds',
    file: RETRY,
    from: 'Math.min(TRY_MS[kind], deadline - performance.now())',
    to: 'TRY_MS[kind]',
    test: [RETRIES, 'a write has eight seconds, and ten with its repetition'],
  },
  {
    what: 'a pause is as long as Retry-After says, however long',
    file: RETRY,
    from: 'pauseMs > MAX_RETRY_AFTER_MS || ',
    to: '',
    test: [RETRIES, 'a pause of more than two seconds is not made'],
  },
  {
    what: 'the breaker counts clients that left',
    file: BREAKER,
    from: "reply.stage === 'queueFull' || reply.cause === CANCELLED",
    to: "reply.stage === 'queueFull'",
    test: [BREAKERS, 'the breaker never opens after a client that left'],
  },
  {
    what: 'the breaker counts clients that left in mid-answer',
    file: BREAKER,
    from: "  if (reply.cut === CANCELLED) return 'ignored';\n",
    to: '',
    test: [BREAKERS, 'the breaker never opens after a client that left in mid-answer'],
  },
  {
    what: 'the breaker learns only from calls that have ended',
    file: BREAKER,
    from: '    this.#lateCalls.sent(this);\n',
    to: '',
    test: [HANGING, 'while Twilio hangs, of 200 people in 8 seconds only those wait who came in the first 3'],
  },
  {
    what: 'a late call counts again when it fails',
    file: BREAKER,
    from: "else if (verdict === 'fine') this.#recent.success();",
    to: "if (verdict === 'fine') this.#recent.success();",
    test: [HANGING, 'a late call counts as a failure once'],
  },
  {
    what: 'a late call of a client that left is a failure',
    file: BREAKER,
    from: "if (verdict === 'failed') return;",
    to: "if (verdict !== 'fine') return;",
    test: [HANGING, 'a call whose client left, before it is late or after'],
  },
  {
    what: 'a breaker that was mistaken stays open',
    file: BREAKER,
    from: 'if (isMistaken && this.#openUntil !== undefined) this.#close();',
    to: '',
    test: [HANGING, 'a late call that is answered after all counts as a success'],
  },
  {
    what: 'calls in the queue wait for an open breaker',
    file: 'src/twilio/resilience.ts',
    from: "if (state === 'open') throttle",
    to: "if (state !== 'open') throttle",
    test: [HANGING, 'while Twilio hangs, 200 people at once wait for the connections they have'],
  },
  {
    what: 'all callers wait in one line',
    file: 'src/operation/guardedTwilio.ts',
    from: 'this.#callerKey = callerKey;',
    to: "this.#callerKey = '';",
    test: ['test/gateway/fairPlaces.test.ts', 'a caller with 100 connections leaves a calm one all'],
  },
  {
    what: 'a full queue makes no room for a caller with less',
    file: 'src/twilio/fairQueue.ts',
    from: 'return this.#longest > (this.#lines.get(caller)?.size ?? 0) + 1;',
    to: 'return false;',
    test: ['test/twilio/fairQueue.test.ts', 'the queue makes room for a caller only from one who has more'],
  },
  {
    what: 'every call is a probe',
    file: BREAKER,
    from: 'remainingMs > 0 || this.#isProbing',
    to: 'remainingMs > 0',
    test: [BREAKERS, 'the breaker lets no call wait for its probe'],
  },
  {
    what: 'the breaker counts by the wall clock',
    file: 'src/twilio/recentCalls.ts',
    from: 'Math.floor(performance.now() / BUCKET_MS)',
    to: 'Math.floor(Date.now() / BUCKET_MS)',
    test: [
      BREAKERS,
      'the breaker still knows the failures of the last seconds when the wall clock is set back',
    ],
  },
  {
    what: 'the breaker remembers what failed before it closed',
    file: BREAKER,
    from: '        this.#recent.forget();\n',
    to: '',
    test: [BREAKERS, 'the breaker counts anew once it has closed'],
  },
  {
    what: 'reads and writes share a breaker',
    file: 'src/twilio/resilience.ts',
    from: 'breakers[callsOf(request)]',
    to: 'breakers.reads',
    test: ['test/twilio/resilience.test.ts', 'is 1 while calls are refused, and 0 as soon as the next one'],
  },
  {
    what: 'a second onRequestStart is allowed',
    file: HANDLER,
    from: 'if (this.#settled || this.#controller) {',
    to: 'if (this.#settled) {',
    test: [HANDLERS, 'a request that undici would write a second time is aborted'],
  },
  {
    what: 'a request is written after its time',
    file: HANDLER,
    from: 'if (this.#settled || this.#controller) {',
    to: 'if (this.#controller) {',
    test: [HANDLERS, 'a request whose time was over before its first byte is aborted'],
  },
  {
    what: 'a request that waited while the process stood still is written',
    file: HANDLER,
    from: 'if (performance.now() >= this.#endsAt) this.#cut(DEADLINE_PASSED);',
    to: '',
    test: [TRANSPORTS, 'the transport sends nothing that waited while the process stood still'],
  },
  {
    what: 'a request that may have left counts as unsent',
    file: HANDLER,
    from: "this.#controller ? 'maybeSent' : 'notSent'",
    to: "'notSent'",
    test: [TRANSPORTS, 'the transport says that the request may have left when the connection is cut'],
  },
  {
    what: 'a connection is not released after a fault',
    file: HANDLER,
    from: '    this.#fail(error.code ?? error.name);\n    this.#turns.released();\n',
    to: '    this.#fail(error.code ?? error.name);\n',
    test: [TRANSPORTS, 'the transport counts the time in the queue, and sends nothing once it has run out'],
  },
  {
    what: 'an answer may be of any size',
    file: HANDLER,
    from: "if (this.#bytes > this.#maxBytes) this.#cut('answer too large');\n    else ",
    to: '',
    test: [TRANSPORTS, 'no body when the body is larger than 256 kB'],
  },
  {
    what: 'a request without time is sent',
    file: TRANSPORT,
    from: 'if (timeoutMs <= 0) {',
    to: 'if (timeoutMs === undefined) {',
    test: [TRANSPORTS, 'the transport sends nothing when no time is left'],
  },
  {
    what: 'the queue has no end',
    file: TRANSPORT,
    from: 'active >= options.connections && waiting.size >= options.queue',
    to: 'waiting.size > 1e6',
    test: [TRANSPORTS, 'the transport refuses at once when connections and queue are full'],
  },
  {
    what: 'the same credential again drops the one before it',
    file: TRANSPORT,
    from: '      if (pairOf(credential) === credentials[0]) return;\n',
    to: '',
    test: [TRANSPORTS, 'signIn with the same credential again keeps the one before it'],
  },
  {
    what: 'one call that our key may not make turns readiness red',
    file: 'src/twilio/client.ts',
    from: '} else if (isMissingPermission(result.cause)) {',
    to: '} else if (!result.cause) {',
    test: [CLIENTS, 'which is about one call'],
  },
  {
    what: 'a refused credential is over with a fault',
    file: 'src/twilio/client.ts',
    from: "if (reply.kind === 'answer') misconfiguredUntil[product] = 0;",
    to: 'misconfiguredUntil[product] = 0;',
    test: [CLIENTS, 'a refused credential outlives a fault'],
  },
  {
    what: 'the status is read before the code',
    file: ERRORS,
    from: 'const rule = ruleOfItsCode ?? ruleOfStatus(reply.status, said.code);',
    to: 'const rule = ruleOfStatus(reply.status, said.code);',
    test: ['test/twilio/errorFromResponse.test.ts', 'a code decides the error: 403 with 70051'],
  },
  {
    what: 'a success that cannot be read is a refusal',
    file: ERRORS,
    from: 'if (status < 300 || status >= 500) return outcomeUnknown;',
    to: 'if (status >= 500) return outcomeUnknown;',
    test: ['test/resend/guard.test.ts', 'the cooldown holds after a success that cannot be read'],
  },
];
