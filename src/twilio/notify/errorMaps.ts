/** The error map of each Notify operation. Twilio documents few codes of its own; the common ones apply too. */
import * as errors from '../../errors/resultErrors.ts';
import { invalidArgument, invalidInput, mapsTo, retryableAs } from '../errorRules.ts';
import type { ErrorMap } from '../errorRules.ts';

const outcomeUnknown = mapsTo(errors.NotifyOutcomeUnknownError);
const serviceNotFound = mapsTo(errors.ServiceNotFoundError);

/** Twilio documents these codes without their operations. */
const codes = new Map([
  [20001, invalidInput],
  [20422, invalidInput],
  [52001, invalidArgument('toBindings')],
  [52002, invalidArgument('credentialSid')],
  [52302, invalidInput],
]);

/** Not idempotent: a second binding of the same device causes a second notification. */
export const CREATE_BINDING: ErrorMap = { notFound: serviceNotFound, outcomeUnknown, codes };

export const SEND_NOTIFICATION: ErrorMap = { notFound: serviceNotFound, outcomeUnknown, codes };

export const DELETE_BINDING: ErrorMap = {
  notFound: mapsTo(errors.NotifyBindingNotFoundError),
  outcomeUnknown: retryableAs(errors.WriteOutcomeUnknownError),
  codes,
};
