import type { Mutant } from './mutant.ts';

const RESEND = 'src/resend/resendNotification.ts';
const RESEND_STATE = 'src/resend/resendState.ts';
const GUARDS = 'test/resend/guard.test.ts';
const FATIGUE = 'test/operation/pushFatigue.test.ts';

export const RESEND_MUTANTS: readonly Mutant[] = [
  {
    what: 'createChallenge starts no cooldown',
    file: 'src/schema/challenge/createChallenge.ts',
    from: 'return { startsCooldown: challengeGuardKey({ serviceSid, identity, challengeSid: sid }) };',
    to: 'return {};',
    test: [GUARDS, 'createChallenge starts the cooldown of the new challenge'],
  },
  {
    what: 'callers do not share a push of one challenge',
    file: RESEND,
    from: 'joinKey: challengeGuardKey,',
    to: 'joinKey: (input, { name }) => challengeGuardKey(input) + name,',
    test: [GUARDS, 'two callers who ask at the same time share one push'],
  },
  {
    what: "Twilio's cap is not remembered",
    file: RESEND,
    from: 'isAtCap(outcome) && { resends: resendCap }',
    to: '({})',
    test: [GUARDS, 'Challenge.resend agrees with what a resend answers'],
  },
  {
    what: 'a resend that comes too late learns of no denial',
    file: RESEND,
    from: 'if (isAnswered) loaders',
    to: 'if (!isAnswered) loaders',
    test: [FATIGUE, 'when the denial is known from a resend that came too late'],
  },
  {
    what: 'a button ignores the cooldown',
    file: RESEND_STATE,
    from: 'const seconds = Math.max(cooldownSeconds, limitSeconds);',
    to: 'const seconds = limitSeconds;',
    test: [GUARDS, 'Challenge.resend tells when the next resend is allowed'],
  },
  {
    what: 'a button is shown beyond the cap',
    file: RESEND_STATE,
    from: "?? (counts.notificationsRemaining === 0 && 'NOTIFICATION_CAP_REACHED')",
    to: '',
    test: [GUARDS, 'Challenge.resend counts a push that may have been sent, and stops at the cap'],
  },
];
