import * as v from 'valibot';
import type { Context } from '../context.ts';
import { VerifyError } from '../errors.ts';
import * as input from '../twilio/input.ts';
import { createNotification } from '../twilio/verify/notification.ts';
import type { Notification, NotificationInput } from '../twilio/verify/notification.ts';

const ResendInput = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  challengeSid: input.challengeSid(),
  ttl: v.optional(input.ttl),
});

/**
 * Sends the push of a pending challenge again: at most one upstream call, never repeated and never cancelled.
 * @throws InvalidInputError before anything is sent, else any class of `errorFromResponse`.
 */
export async function resendNotification(
  { twilio, log, httpRequestId }: Context,
  unchecked: NotificationInput,
): Promise<Notification> {
  const checked = input.checkInput(ResendInput, unchecked);
  const startedAt = performance.now();
  const sending = createNotification(twilio, checked);

  // Observed apart from the caller, who may be gone: a spent push leaves a trace in any case.
  const record = (outcome: string, facts: object) =>
    log.info(
      {
        outcome,
        challengeSid: checked.challengeSid,
        httpRequestId,
        durationMs: Math.round(performance.now() - startedAt),
        ...facts,
      },
      'resend',
    );
  sending.then(
    (notification) => record('Notification', { notificationSid: notification.sid }),
    (error) => record(error.name, failureFacts(error, checked.identity)),
  );
  return sending;
}

/** What Twilio said goes to the log alone, less the identity its text may repeat. */
function failureFacts(error: Error & Partial<VerifyError>, identity: string): object {
  const { message, ...cause } = error.cause ?? {};
  return {
    twilioRequestId: error.requestId ?? undefined,
    twilio: error.cause && { ...cause, message: message?.replaceAll(identity, '[identity]').slice(0, 300) },
    ...(!(error instanceof VerifyError) && error.cause === undefined && { err: error }),
  };
}
