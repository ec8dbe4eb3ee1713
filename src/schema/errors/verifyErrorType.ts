import { RESULT_ERRORS } from '../../errors/resultErrors.ts';
import type { VerifyErrorCode } from '../../errors/resultErrors.ts';
import type { NextAction } from '../../errors/verifyError.ts';
import { builder } from '../builder.ts';
import type { Failure } from './failure.ts';

export const errorCode = builder.enumType('VerifyErrorCode', {
  description: 'Which expected failure this is; one value per error type.',
  values: Object.fromEntries(
    RESULT_ERRORS.map(({ code, name }) => [code, { description: `${name}.` }]),
  ) as Record<VerifyErrorCode, object>,
});

export const nextAction = builder.enumType('NextAction', {
  description: 'What helps after an error. A client that knows no more than this value can already act.',
  values: {
    FIX_INPUT: { description: 'Correct the arguments; nothing was sent.' },
    CREATE_CHALLENGE: { description: 'Start a new challenge; this one can get no more pushes.' },
    READ_CHALLENGE: { description: 'Read the challenge; the device has answered it.' },
    WAIT: { description: 'Wait for retryAfterSeconds, then send the same call again.' },
    CHECK_DEVICE: { description: 'Ask the person to look at the device; a push may be on its way.' },
    OPEN_APP: { description: 'Ask the person to open the app; this device gets no pushes.' },
    VERIFY_FACTOR: { description: 'Finish the registration of the device, then start a new challenge.' },
    RESEND: { description: 'Send the push of the challenge again.' },
    CONTACT_SUPPORT: { description: 'Nothing a person can do helps; show how to reach support.' },
  } satisfies Record<NextAction, object>,
});

export const verifyError = builder.interfaceRef<Failure>('VerifyError').implement({
  description:
    'Any expected failure. Selecting these fields on the interface covers every error type, also those added later.',
  fields: (t) => ({
    code: t.field({
      type: errorCode,
      nullable: false,
      description: 'Which failure this is.',
      resolve: ({ error }) => error.code as VerifyErrorCode,
    }),
    message: t.string({
      nullable: false,
      description: 'One sentence for a person, saying what to do next.',
      resolve: ({ error }) => error.message,
    }),
    nextAction: t.field({
      type: nextAction,
      nullable: false,
      description: 'What helps now.',
      resolve: ({ error }) => error.nextAction,
    }),
    retryAfterSeconds: t.int({
      description: 'Seconds until the same call can help; null when repeating it cannot.',
      resolve: ({ error }) => error.retryAfterSeconds,
    }),
    requestId: t.string({
      description: 'The Twilio-Request-Id to quote to Twilio support; null when Twilio did not answer.',
      resolve: ({ error }) => error.requestId,
    }),
  }),
});
