import { RESULT_ERRORS } from '../../errors/resultErrors.ts';
import type { VerifyErrorCode } from '../../errors/resultErrors.ts';
import type { NextAction } from '../../errors/verifyError.ts';
import { builder } from '../builder.ts';
import type { Failure } from './failure.ts';

export const errorCode = builder.enumType('VerifyErrorCode', {
  description: 'The code of an expected failure. Each error type has one.',
  values: Object.fromEntries(
    RESULT_ERRORS.map(({ code, name }) => [code, { description: `${name}.` }]),
  ) as Record<VerifyErrorCode, object>,
});

export const nextAction = builder.enumType('NextAction', {
  description: 'The next step after an error. This value alone is enough for a client to act.',
  values: {
    FIX_INPUT: { description: 'Correct the arguments. Nothing was sent.' },
    CREATE_CHALLENGE: { description: 'Start a new challenge. This one gets no more pushes.' },
    READ_CHALLENGE: { description: 'Read the challenge. The device has answered it.' },
    WAIT: { description: 'Wait retryAfterSeconds, then send the same call again.' },
    CHECK_DEVICE: { description: 'Ask the person to look at the device. A push may be on its way.' },
    OPEN_APP: { description: 'Ask the person to open the app. This device gets no pushes.' },
    VERIFY_FACTOR: { description: 'Verify the factor of the device, then start a new challenge.' },
    RESEND: { description: 'Send the push of the challenge again.' },
    CONTACT_SUPPORT: { description: 'Show how to reach support. The person cannot solve this.' },
  } satisfies Record<NextAction, object>,
});

export const verifyError = builder.interfaceRef<Failure>('VerifyError').implement({
  description:
    'An expected failure. Select these fields on the interface: they cover every error type, also types that are added later.',
  fields: (t) => ({
    code: t.field({
      type: errorCode,
      nullable: false,
      description: 'Identifies the failure. Each error type has its own code.',
      resolve: ({ error }) => error.code as VerifyErrorCode,
    }),
    message: t.string({
      nullable: false,
      description: 'A short English text for a person: what happened and what to do.',
      resolve: ({ error }) => error.message,
    }),
    nextAction: t.field({
      type: nextAction,
      nullable: false,
      description: 'The next step for the client.',
      resolve: ({ error }) => error.nextAction,
    }),
    retryAfterSeconds: t.int({
      description: 'Seconds until the same call can succeed. Null if repeating it cannot help.',
      resolve: ({ error }) => error.retryAfterSeconds,
    }),
    requestId: t.string({
      description: 'The Twilio-Request-Id, for Twilio support. Null if Twilio did not answer.',
      resolve: ({ error }) => error.requestId,
    }),
  }),
});
