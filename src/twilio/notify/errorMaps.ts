/** What failures mean to each operation of Notify. Twilio publishes few of its codes: the ones common to all decide. */
import * as errors from '../../errors/resultErrors.ts';
import { invalidInput, is, isAfter } from '../errorRules.ts';
import type { Failures } from '../errorRules.ts';

const outcomeUnknown = is(errors.NotifyOutcomeUnknownError);
const serviceNotFound = is(errors.ServiceNotFoundError);

/** Twilio publishes them without saying which operation gives them. */
const codes = new Map([
  [20001, invalidInput()],
  [20422, invalidInput()],
  [52001, invalidInput('toBindings')],
  [52002, invalidInput('credentialSid')],
  [52302, invalidInput()],
]);

/** A second binding of the same device is a second notification, so this one is in doubt like a send. */
export const CREATE_BINDING: Failures = { notFound: serviceNotFound, outcomeUnknown, codes };

export const SEND_NOTIFICATION: Failures = { notFound: serviceNotFound, outcomeUnknown, codes };

export const DELETE_BINDING: Failures = {
  notFound: is(errors.NotifyBindingNotFoundError),
  outcomeUnknown: isAfter(errors.WriteOutcomeUnknownError),
  codes,
};
