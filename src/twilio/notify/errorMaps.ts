/** The error map of each operation of Notify. Twilio publishes few of its codes: the common ones decide. */
import * as errors from '../../errors/resultErrors.ts';
import { invalidArgument, invalidInput, mapsTo, retryableAs } from '../errorRules.ts';
import type { ErrorMap } from '../errorRules.ts';

const outcomeUnknown = mapsTo(errors.NotifyOutcomeUnknownError);
const serviceNotFound = mapsTo(errors.ServiceNotFoundError);

/** Twilio publishes them without saying which operation gives them. */
const codes = new Map([
  [20001, invalidInput],
  [20422, invalidInput],
  [52001, invalidArgument('toBindings')],
  [52002, invalidArgument('credentialSid')],
  [52302, invalidInput],
]);

/** A second binding of the same device is a second notification, so this one is in doubt like a send. */
export const CREATE_BINDING: ErrorMap = { notFound: serviceNotFound, outcomeUnknown, codes };

export const SEND_NOTIFICATION: ErrorMap = { notFound: serviceNotFound, outcomeUnknown, codes };

export const DELETE_BINDING: ErrorMap = {
  notFound: mapsTo(errors.NotifyBindingNotFoundError),
  outcomeUnknown: retryableAs(errors.WriteOutcomeUnknownError),
  codes,
};
