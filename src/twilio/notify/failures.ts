/** What failures mean to each operation of Notify. Twilio publishes few of its codes: the ones common to all decide. */
import * as errors from '../../errors.ts';
import { is, isAfter } from '../rules.ts';
import type { Failures } from '../rules.ts';

const outcomeUnknown = is(errors.NotifyOutcomeUnknownError);
const serviceNotFound = is(errors.ServiceNotFoundError);

/** A second binding of the same device is a second notification, so this one is in doubt like a send. */
export const CREATE_BINDING: Failures = { notFound: serviceNotFound, outcomeUnknown };

export const SEND_NOTIFICATION: Failures = { notFound: serviceNotFound, outcomeUnknown };

export const DELETE_BINDING: Failures = {
  notFound: is(errors.NotifyBindingNotFoundError),
  outcomeUnknown: isAfter(errors.WriteOutcomeUnknownError),
};
