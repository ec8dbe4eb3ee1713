import * as v from 'valibot';
import type { Context } from '../context.ts';
import { recordOutcome } from '../observability/recordOutcome.ts';
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
  context: Context,
  unchecked: NotificationInput,
): Promise<Notification> {
  const checked = input.checkInput(ResendInput, unchecked);
  context.loaders.forget();
  const sending = createNotification(context.twilio, checked);
  const { identity, challengeSid } = checked;
  recordOutcome(
    context,
    { message: 'resend', facts: { challengeSid }, success: 'Notification', successFacts, identity },
    sending,
  );
  return sending;
}

const successFacts = ({ sid }: Notification) => ({ notificationSid: sid });
