import { created, NO_CONTENT, ok } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { twilioDate } from '../clock.ts';
import { length, oneOf, optional } from '../form.ts';
import { listAnswer } from '../list.ts';
import { invalidRequest, notFound } from '../problem.ts';
import type { Webhook, WebhookSettings } from '../records.ts';
import { SANDBOX_ACCOUNT_SID } from '../seed.ts';
import { newSid } from '../sid.ts';
import { serviceOf, servicePath } from './service.ts';
import { EVENT_TYPES } from './webhookEvents.ts';

export function createWebhook(call: Call): Answer {
  const service = serviceOf(call);
  const now = call.state.clock.now();
  const webhook = {
    sid: newSid('YW'),
    sequence: call.state.next(),
    service,
    createdAt: now,
    updatedAt: now,
    settings: settingsOf(call.form, { status: 'enabled', version: 'v2' }),
  };
  service.webhooks.set(webhook.sid, webhook);
  return created(webhookJson(webhook, call.origin));
}

export const listWebhooks = (call: Call): Answer =>
  listAnswer(call, {
    key: 'webhooks',
    items: serviceOf(call).webhooks.values(),
    json: (webhook) => webhookJson(webhook, call.origin),
  });

const webhookOf = (call: Call): Webhook =>
  serviceOf(call).webhooks.get(call.params['webhookSid']!) ?? notFound();

export const fetchWebhook = (call: Call): Answer => ok(webhookJson(webhookOf(call), call.origin));

export function updateWebhook(call: Call): Answer {
  const webhook = webhookOf(call);
  webhook.settings = settingsOf(call.form, webhook.settings);
  webhook.updatedAt = call.state.clock.now();
  return ok(webhookJson(webhook, call.origin));
}

export function deleteWebhook(call: Call): Answer {
  const webhook = webhookOf(call);
  webhook.service.webhooks.delete(webhook.sid);
  return NO_CONTENT;
}

/** @throws TwilioProblem 60306 if a setting is invalid, or neither in the form nor set before. */
function settingsOf(form: URLSearchParams, before: Partial<WebhookSettings>): WebhookSettings {
  const settingOf = (name: string, rule: (text: string) => boolean, kept: string | undefined) =>
    optional(form, name, rule) ?? kept ?? invalidRequest(name);
  return {
    friendlyName: settingOf('FriendlyName', length(1, 64), before.friendlyName),
    eventTypes: eventTypesOf(form) ?? before.eventTypes ?? invalidRequest('EventTypes'),
    webhookUrl: settingOf('WebhookUrl', isHttpUrl, before.webhookUrl),
    status: settingOf('Status', oneOf('enabled', 'disabled'), before.status),
    version: settingOf('Version', oneOf('v1', 'v2'), before.version),
  };
}

function eventTypesOf(form: URLSearchParams): readonly string[] | undefined {
  if (!form.has('EventTypes')) return undefined;
  const types = form.getAll('EventTypes');
  return types.every(isEventType) ? types : invalidRequest('EventTypes');
}

const isEventType = (type: string): boolean => ['*', ...EVENT_TYPES].includes(type);

const isHttpUrl = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/\s/.test(text);

const webhookJson = ({ sid, service, settings, createdAt, updatedAt }: Webhook, origin: string) => ({
  sid,
  service_sid: service.sid,
  account_sid: SANDBOX_ACCOUNT_SID,
  friendly_name: settings.friendlyName,
  event_types: settings.eventTypes,
  status: settings.status,
  version: settings.version,
  webhook_url: settings.webhookUrl,
  webhook_method: 'POST',
  date_created: twilioDate(createdAt),
  date_updated: twilioDate(updatedAt),
  url: `${origin}${servicePath(service)}/Webhooks/${sid}`,
});
