import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRefusal } from '../auth/httpRefusal.ts';
import { isSignedByTwilio } from '../live/twilioSignature.ts';
import { readWebhookEvent } from '../live/webhookEvent.ts';
import type { WebhookEvent } from '../live/webhookEvent.ts';
import type { WebhookOutcome } from '../observability/metrics.ts';
import type { LiveChallenges } from '../operation/context.ts';
import { ExpiringMap } from '../store/expiringMap.ts';
import { BODY_ABORTED, BODY_READ_ELSEWHERE, bodyTooLarge, CONTENT_ENCODED } from './endpointRefusals.ts';
import type { Refuser } from './refuser.ts';
import { readBytes } from './requestBody.ts';
import type { EndpointRequest } from './serverContext.ts';
import { BAD_SIGNATURE, NOT_FORM_OR_JSON, NOT_POST } from './webhookRefusals.ts';

export interface WebhookParts {
  /** The URL that Twilio was given, without a query. */
  readonly publicUrl: string;
  readonly signingTokens: { readonly all: readonly string[] };
  readonly live: Pick<LiveChallenges, 'wake' | 'wakeIdentity'>;
  readonly metrics: { countWebhook(outcome: WebhookOutcome): void };
  readonly refuseRequest: Refuser;
}

export const WEBHOOK_PATH = '/webhooks/verify';

const MAX_BODY_BYTES = 65_536;
/** Twilio sends an event again within seconds. */
const REMEMBERED_MS = 10 * 60 * 1000;
const MAX_REMEMBERED = 10_000;

/**
 * `/webhooks/verify`: an event of Twilio makes the gateway read its challenge at once. Nothing that the event says is
 * published, so a forged or repeated event cannot show a wrong state.
 */
export function createWebhook(parts: WebhookParts) {
  const { publicUrl, signingTokens, live, metrics } = parts;
  const seen = new ExpiringMap<true>({
    lifeMs: REMEMBERED_MS,
    maxSize: MAX_REMEMBERED,
    now: () => performance.now(),
  });

  function refuse(request: EndpointRequest, response: ServerResponse, refusal: HttpRefusal): void {
    metrics.countWebhook('refused');
    parts.refuseRequest(request, response, refusal);
  }

  /** Wakes whoever waits for the challenge of an event. */
  function wake({ uuid, type, serviceSid, identity, challengeSid }: WebhookEvent): WebhookOutcome {
    if (uuid !== undefined && isRepeated(uuid)) return 'duplicate';
    if (serviceSid === undefined || identity === undefined || type?.startsWith('factor.')) return 'ignored';
    if (challengeSid === undefined) live.wakeIdentity({ serviceSid, identity });
    else live.wake({ serviceSid, identity, challengeSid });
    return 'accepted';
  }

  /** Keeps a hash, so that the length of a uuid costs no memory. */
  function isRepeated(uuid: string): boolean {
    const key = createHash('sha256').update(uuid).digest('base64');
    if (seen.get(key)) return true;
    seen.set(key, true);
    return false;
  }

  return async (request: EndpointRequest, response: ServerResponse): Promise<void> => {
    const bodyKind = bodyKindOf(request);
    const signature = request.headers['x-twilio-signature'];
    if (request.method !== 'POST') return refuse(request, response, NOT_POST);
    if (request.headers['content-encoding']) return refuse(request, response, CONTENT_ENCODED);
    if (!bodyKind) return refuse(request, response, NOT_FORM_OR_JSON);
    if (typeof signature !== 'string') return refuse(request, response, BAD_SIGNATURE);
    const body = await readBytes(request, MAX_BODY_BYTES);
    if (typeof body === 'string') return refuse(request, response, UNREAD[body]);
    const url = publicUrl + queryOf(request);
    if (!isSignedByTwilio({ url, signature, bodyKind, body }, signingTokens.all)) {
      return refuse(request, response, BAD_SIGNATURE);
    }
    response.writeHead(200, { 'content-length': 0, 'cache-control': 'no-store' }).end();
    metrics.countWebhook(wake(readWebhookEvent(bodyKind, body)));
  };
}

const UNREAD = {
  tooLarge: bodyTooLarge(MAX_BODY_BYTES),
  aborted: BODY_ABORTED,
  readElsewhere: BODY_READ_ELSEWHERE,
};

function bodyKindOf({ headers }: IncomingMessage): 'form' | 'json' | undefined {
  const contentType = headers['content-type'] ?? '';
  if (/^application\/x-www-form-urlencoded *(?:;|$)/i.test(contentType)) return 'form';
  return /^application\/json *(?:;|$)/i.test(contentType) ? 'json' : undefined;
}

/** With its question mark. A proxy may rewrite the path, but the query is signed as it arrives. */
function queryOf({ url }: IncomingMessage): string {
  const start = url!.indexOf('?');
  return start < 0 ? '' : url!.slice(start);
}
