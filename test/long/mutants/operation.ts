import type { Mutant } from './mutant.ts';

const GUARDED_WRITE = 'src/operation/guardedWrite.ts';
const GUARDS = 'test/resend/guard.test.ts';
const GUARDED_WRITES = 'test/operation/guardedWrite.test.ts';
const FATIGUE = 'test/operation/pushFatigue.test.ts';

export const OPERATION_MUTANTS: readonly Mutant[] = [
  {
    what: 'the deadline before a send is ignored',
    file: GUARDED_WRITE,
    from: 'if (performance.now() + MIN_SEND_MS > deadline) throw new UpstreamUnavailableError(1);',
    to: '',
    test: [GUARDED_WRITES, 'a process that stood still for 16 seconds after it reserved sends nothing'],
  },
  {
    what: 'a send begins with less than a second left',
    file: GUARDED_WRITE,
    from: 'performance.now() + MIN_SEND_MS > deadline',
    to: 'performance.now() > deadline',
    test: [GUARDED_WRITES, 'a process that stood still for 8.5 seconds after it reserved sends nothing'],
  },
  {
    what: 'the deadline is not handed to the send',
    file: GUARDED_WRITE,
    from: 'context.twilio.endingBy(deadline)',
    to: 'context.twilio',
    test: [GUARDED_WRITES, 'a send ends nine seconds after its request began'],
  },
  {
    what: 'a key is claimed after the send',
    file: GUARDED_WRITE,
    from: `  const claim = await store.claimKey(key, fingerprintOf(input), options);
  if (claim.kind === 'conflict') return failed(new IdempotencyKeyReusedError());
  if (claim.kind === 'answered') {
    attempt.answered.sharedBy = 'key';
    if (!claim.result) return failed(write.outcomeUnknown());
    markReplayed();
    return withInput(claim.result, input);
  }
  const outcome = await run().catch(failed);`,
    to: `  const outcome = await run().catch(failed);
  const claim = await store.claimKey(key, fingerprintOf(input), options);
  if (claim.kind === 'conflict') return failed(new IdempotencyKeyReusedError());
  if (claim.kind === 'answered') {
    attempt.answered.sharedBy = 'key';
    if (!claim.result) return failed(write.outcomeUnknown());
    markReplayed();
    return withInput(claim.result, input);
  }`,
    test: [GUARDS, 'createChallenge under one Idempotency-Key makes one challenge, and nothing else'],
  },
  {
    what: 'a replay is judged by the time',
    file: GUARDED_WRITE,
    from: `  return claimKey(attempt, async () => {
    const late = write.rulesNow && readInput(write.rulesNow(context), input);
    if (late instanceof InvalidInputError) return failed(late);`,
    to: `  const late = write.rulesNow && readInput(write.rulesNow(context), input);
  if (late instanceof InvalidInputError) return failed(late);
  return claimKey(attempt, async () => {`,
    test: [GUARDS, 'createChallenge is replayed under its key after its expirationDate has passed'],
  },
  {
    what: 'a claim whose process died may be repeated',
    file: GUARDED_WRITE,
    from: 'isRepeatable: write.isRepeatable ?? false',
    to: 'isRepeatable: true',
    test: [GUARDED_WRITES, 'a push whose answer is lost uses its key up'],
  },
  {
    what: 'a secret is kept under a key',
    file: GUARDED_WRITE,
    from: 'idempotencyKey === undefined || write.isSecret',
    to: 'idempotencyKey === undefined',
    test: [GUARDS, 'createAccessToken keeps no token under a key'],
  },
  {
    what: 'reads are not forgotten after a write',
    file: GUARDED_WRITE,
    from: '  context.loaders.forget();\n',
    to: '',
    test: ['test/schema/writes.test.ts', 'an operation reads anew after a write'],
  },
  {
    what: 'an operation without calls left shares its refusal with twins',
    file: GUARDED_WRITE,
    from: '  context.twilio.checkCallsLeft();\n',
    to: '',
    test: [GUARDED_WRITES, 'an operation that has used up its calls is refused before its twins'],
  },
  {
    what: 'only a push that surely left keeps its places',
    file: GUARDED_WRITE,
    from: 'wasSent: !isUnsent(outcome),',
    to: "wasSent: outcome.kind === 'done',",
    test: [GUARDS, 'the cooldown holds after an unknown outcome'],
  },
  {
    what: 'what fails after the send changes its outcome',
    file: GUARDED_WRITE,
    from: "context.log.error({ mutation: write.mutation, err: error }, 'a write could not be settled');",
    to: 'throw error;',
    test: [GUARDED_WRITES, 'what fails after the send does not change its outcome'],
  },
  {
    what: 'what fails after the send is not logged',
    file: GUARDED_WRITE,
    from: "context.log.error({ mutation: write.mutation, err: error }, 'a write could not be settled');",
    to: 'void error;',
    test: [GUARDED_WRITES, 'what fails after the send does not change its outcome, and is logged'],
  },
  {
    what: 'a person who is held gets every push that comes with a code',
    file: GUARDED_WRITE,
    from: 'return passes ? ',
    to: 'return passes !== undefined ? ',
    test: [FATIGUE, 'a person is held however the request is dressed up'],
  },
  {
    what: 'a hold is reported at every push',
    file: GUARDED_WRITE,
    from: 'if (reserved.isNewHold) reportHold(context, input);',
    to: 'reportHold(context, input);',
    test: [FATIGUE, 'a person who is held is logged once'],
  },
  {
    what: 'writes that must not join share one send',
    file: GUARDED_WRITE,
    from: '  if (key === undefined) return run();\n',
    to: '',
    test: [GUARDS, 'createAccessToken gives each of two people who ask at once a token of their own'],
  },
  {
    what: 'a claim without an answer is replayed as one',
    file: GUARDED_WRITE,
    from: '    if (!claim.result) return failed(write.outcomeUnknown());\n',
    to: '',
    test: [GUARDED_WRITES, 'a key whose answer is unknown to the store gives an unknown outcome'],
  },
  {
    what: 'a twin whose outcome is unknown sends',
    file: GUARDED_WRITE,
    from: "if (reserved.kind === 'joined') {",
    to: "if (reserved.kind === 'joined' && reserved.result) {",
    test: [GUARDED_WRITES, 'a twin whose answer is unknown to the store gives an unknown outcome'],
  },
  {
    what: 'twins in one process do not join',
    file: 'src/operation/singleFlight.ts',
    from: 'if (running) return running;',
    to: '',
    test: [GUARDS, 'createChallenge twice at once makes one challenge'],
  },
  {
    what: 'an identity is not lower-cased',
    file: 'src/operation/guardKeys.ts',
    from: '`{${serviceSid}/${identity}}`.toLowerCase()',
    to: '`{${serviceSid}/${identity}}`',
    test: [GUARDS, 'the limit of an identity is that of its other spellings'],
  },
  {
    what: 'the SID of a challenge is not lower-cased',
    file: 'src/operation/guardKeys.ts',
    from: 'key.challengeSid.toLowerCase()',
    to: 'key.challengeSid',
    test: [GUARDS, 'the cooldown is that of the challenge however its SID is spelt'],
  },
  {
    what: 'the keys of one person lie in several slots',
    file: 'src/operation/guardKeys.ts',
    from: '`{${serviceSid}/${identity}}`',
    to: '`${serviceSid}/${identity}`',
    test: ['test/store/cluster.system.test.ts', 'two gateways over a cluster share twins'],
  },
  {
    what: 'an unknown outcome counts as unsent',
    file: 'src/operation/outcome.ts',
    from: '  if (error instanceof errors.ResendOutcomeUnknownError) return false;\n',
    to: '',
    test: ['test/operation/outcome.test.ts', 'a push may have left with an unknown outcome'],
  },
  {
    what: 'an answer that asks to come back uses its key up',
    file: 'src/operation/outcome.ts',
    from: 'return error.retryAfterSeconds === null;',
    to: 'return error.retryAfterSeconds !== null;',
    test: ['test/operation/outcome.test.ts', 'a push has not left with a limit'],
  },
  {
    what: 'callers share their Idempotency-Keys',
    file: 'src/operation/idempotency.ts',
    from: '[caller.name, mutation, idempotencyKey]',
    to: '[mutation, idempotencyKey]',
    test: [
      'test/auth/authenticate.test.ts',
      'the API key of another back end has Idempotency-Keys of its own',
    ],
  },
  {
    what: 'a key means the same to every mutation',
    file: 'src/operation/idempotency.ts',
    from: '[caller.name, mutation, idempotencyKey]',
    to: '[caller.name, idempotencyKey]',
    test: [GUARDS, 'createChallenge under one Idempotency-Key makes one challenge'],
  },
  {
    what: 'a denial counts from its reading',
    file: 'src/operation/pushFatigue.ts',
    from: 'denied.getTime() + FATIGUE_SECONDS * 1000 - now()',
    to: 'FATIGUE_SECONDS * 1000',
    test: [FATIGUE, 'a denial counts from its own time on'],
  },
  {
    what: 'a replay is counted as a push',
    file: 'src/operation/recordOutcome.ts',
    from: 'if (push && answered.wasSent)',
    to: 'if (push)',
    test: ['test/operation/recordOutcome.test.ts', 'is counted as a replay, and not as a push'],
  },
  {
    what: 'an outcome that nests too deep frees its key',
    file: 'src/operation/storedOutcome.ts',
    from: 'error instanceof RangeError || ',
    to: '',
    test: ['test/operation/storedOutcome.test.ts', 'an outcome nested deeper than the stack is unknown'],
  },
];
