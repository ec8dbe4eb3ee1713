import { randomUUID } from 'node:crypto';
import type { Factor, Webhook } from '../records.ts';
import { SANDBOX_ACCOUNT_SID } from '../seed.ts';
import type { SandboxState } from '../state.ts';

export const EVENT_TYPES = [
  'factor.created',
  'factor.verified',
  'factor.deleted',
  'challenge.approved',
  'challenge.denied',
] as const;
type EventType = (typeof EVENT_TYPES)[number];

/** Sends an event to every webhook that wants it, each with a uuid of its own, after the answer to the present request. */
export function callWebhooks(
  state: SandboxState,
  { sid, entity }: Factor,
  type: EventType,
  challengeSid?: string,
): void {
  const { service, identity } = entity;
  for (const { settings } of [...service.webhooks.values()].filter((webhook) => wants(webhook, type))) {
    state.webhookCalls.send(settings.webhookUrl, {
      uuid: randomUUID(),
      type,
      account_sid: SANDBOX_ACCOUNT_SID,
      service_sid: service.sid,
      entity_identity: identity,
      factor_sid: sid,
      factor_type: 'push',
      // Twilio does not publish the name of this member.
      ...(challengeSid !== undefined && { challenge_sid: challengeSid }),
    });
  }
}

const wants = ({ settings: { status, eventTypes } }: Webhook, type: EventType): boolean =>
  status === 'enabled' && (eventTypes.includes('*') || eventTypes.includes(type));
