import { created } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import type { NotifyPush } from '../device.ts';
import type { NotifyNotification, Recipient } from '../records.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_NOTIFY_SERVICE_SID } from '../seed.ts';
import { newSid } from '../sid.ts';
import type { SandboxState } from '../state.ts';
import { isSelected } from './binding.ts';
import { hasSmsContent, readNewNotification } from './notificationForm.ts';
import type { NewNotification } from './notificationForm.ts';
import { invalidParameter } from './notifyForm.ts';
import { checkNotifyService } from './service.ts';

export function createNotifyNotification(call: Call): Answer {
  checkNotifyService(call);
  const { state } = call;
  const given = readNewNotification(call.form);
  const recipients = recipientsOf(state, given);
  const isSms = given.tags.includes('sms') || recipients.some(({ bindingType }) => bindingType === 'sms');
  if (isSms && !hasSmsContent(given)) return invalidParameter('Body is required for SMS');
  const notification = { ...given, sid: newSid('NT'), createdAt: state.clock.now(), recipients };
  state.notifyNotifications.push(notification);
  for (const recipient of recipients) deliver(state, notification, recipient);
  return created(notificationJson(notification));
}

/** The bindings that identities and tags select together, and the explicit destinations. */
function recipientsOf(state: SandboxState, given: NewNotification): Recipient[] {
  const isSelecting = given.identities.length > 0 || given.tags.length > 0;
  const selected = isSelecting
    ? [...state.bindings.values()].filter((binding) => isSelected(binding, given))
    : [];
  const all = [
    ...selected.map(({ sid, bindingType, address }) => ({ bindingSid: sid, bindingType, address })),
    ...given.toBindings.map((destination) => ({ bindingSid: null, ...destination })),
  ];
  const byAddress = new Map<string, Recipient>();
  for (const recipient of all) {
    const key = `${recipient.bindingType} ${recipient.address}`;
    if (!byAddress.has(key)) byAddress.set(key, recipient);
  }
  return [...byAddress.values()];
}

/** Delivers to simulated devices. Notifications to other recipients are only recorded. */
function deliver(
  state: SandboxState,
  notification: NotifyNotification,
  { bindingSid, bindingType, address }: Recipient,
): void {
  if (bindingType !== 'apn' && bindingType !== 'fcm') return;
  const { sid, title, body, sound, action, data, priority, ttl, createdAt } = notification;
  const push: NotifyPush = {
    type: 'notify_notification',
    notificationSid: sid,
    bindingSid,
    title,
    body,
    sound,
    action,
    data,
    override: notification[bindingType],
    priority,
    ttl,
    sentAt: new Date(createdAt),
  };
  state.devices.pushTo(bindingType, address, push);
}

const notificationJson = (notification: NotifyNotification) => ({
  sid: notification.sid,
  account_sid: SANDBOX_ACCOUNT_SID,
  service_sid: SANDBOX_NOTIFY_SERVICE_SID,
  date_created: twilioDate(notification.createdAt),
  identities: notification.identities,
  tags: notification.tags,
  segments: notification.segments,
  priority: notification.priority,
  ttl: notification.ttl,
  title: notification.title,
  body: notification.body,
  sound: notification.sound,
  action: notification.action,
  data: notification.data,
  apn: notification.apn,
  gcm: notification.gcm,
  fcm: notification.fcm,
  sms: notification.sms,
  facebook_messenger: notification.facebookMessenger,
  alexa: notification.alexa,
});
