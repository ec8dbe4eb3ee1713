import type { ChallengeKey } from '../../errors/verifyError.ts';
import { dateText, formOf, jsonText } from '../form.ts';
import { fetchPage } from '../page.ts';
import type { Page } from '../page.ts';
import { path } from '../client.ts';
import type { Json, TwilioClient } from '../client.ts';
import { dateOf, enumOf, objectOf, textOf } from '../wire.ts';
import type { EntityKey } from './entity.ts';
import { FACTOR_TYPES } from './factor.ts';
import type { FactorKey } from './factor.ts';
import { CREATE_CHALLENGE, UPDATE_CHALLENGE } from './errorMaps.ts';

export const CHALLENGE_STATUSES = ['PENDING', 'EXPIRED', 'APPROVED', 'DENIED'] as const;
const CHALLENGE_RESPONDED_REASONS = ['NONE', 'NOT_NEEDED', 'NOT_REQUESTED'] as const;

export interface ChallengeDetails {
  readonly message: string | null;
  readonly date: Date | null;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
}

/** A request to a person's device to approve or deny something. */
export interface Challenge {
  readonly sid: string;
  readonly accountSid: string | null;
  readonly serviceSid: string;
  readonly entitySid: string | null;
  readonly identity: string;
  readonly factorSid: string | null;
  readonly dateCreated: Date | null;
  readonly dateUpdated: Date | null;
  readonly dateResponded: Date | null;
  readonly expirationDate: Date | null;
  readonly status: (typeof CHALLENGE_STATUSES)[number] | 'UNKNOWN';
  readonly respondedReason: (typeof CHALLENGE_RESPONDED_REASONS)[number] | 'UNKNOWN';
  readonly factorType: (typeof FACTOR_TYPES)[number] | 'UNKNOWN';
  readonly details: ChallengeDetails | null;
  readonly hiddenDetails: Json | null;
  readonly metadata: Json | null;
  readonly url: string | null;
}

/**
 * Reads one challenge; null if the service, the entity or the challenge does not exist.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchChallenge(twilio: TwilioClient, key: ChallengeKey): Promise<Challenge | null> {
  const { serviceSid, identity, challengeSid } = key;
  return twilio.find(
    {
      method: 'GET',
      identity,
      path: path`/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${challengeSid}`,
    },
    (json) => readChallenge(json, key),
  );
}

/** Twilio's filters for lists of challenges. */
export interface ChallengeFilters {
  readonly status?: (typeof CHALLENGE_STATUSES)[number] | undefined;
  readonly factorSid?: string | undefined;
  /** By creation date; defaults to the oldest first. */
  readonly order?: 'ASC' | 'DESC' | undefined;
}

/**
 * Reads one page of the challenges of an entity.
 * @throws any error of `errorFromResponse` except NotFoundError.
 */
export function fetchChallenges(
  twilio: TwilioClient,
  key: EntityKey,
  { status, factorSid, order }: ChallengeFilters,
  token: string | null,
): Promise<Page<Challenge>> {
  return fetchPage(twilio, {
    identity: key.identity,
    path: path`/v2/Services/${key.serviceSid}/Entities/${key.identity}/Challenges`,
    filters: { Status: status?.toLowerCase(), FactorSid: factorSid, Order: order?.toLowerCase() },
    token,
    key: 'challenges',
    read: (json) => readChallenge(json, key),
  });
}

export interface ChallengeInput extends FactorKey {
  /** A push needs a message. */
  readonly details?:
    | {
        readonly message?: string | null | undefined;
        readonly fields?: ChallengeDetails['fields'] | null | undefined;
      }
    | null
    | undefined;
  readonly hiddenDetails?: Record<string, string> | null | undefined;
  /** Defaults to five minutes from now; an hour at most. */
  readonly expirationDate?: Date | null | undefined;
  /** The code; for TOTP factors only. */
  readonly authPayload?: string | null | undefined;
}

/**
 * Creates a challenge: POST …/Challenges. Twilio then sends the first push, if the factor is a push factor that receives
 * pushes.
 * @throws any error of CREATE_CHALLENGE or of `errorFromResponse`.
 */
export function createChallenge(twilio: TwilioClient, input: ChallengeInput): Promise<Challenge> {
  const { serviceSid, identity, details } = input;
  return twilio.write(
    {
      method: 'POST',
      identity,
      path: path`/v2/Services/${serviceSid}/Entities/${identity}/Challenges`,
      form: formOf({
        FactorSid: input.factorSid,
        ExpirationDate: dateText(input.expirationDate),
        'Details.Message': details?.message,
        'Details.Fields': details?.fields?.map(({ label, value }) => JSON.stringify({ label, value })),
        HiddenDetails: jsonText(input.hiddenDetails),
        AuthPayload: input.authPayload,
      }),
      errorMap: CREATE_CHALLENGE,
    },
    (json) => readChallenge(json, input),
  );
}

export interface ChallengeUpdate extends ChallengeKey {
  /** The signed answer of a device, or the code of a TOTP factor. */
  readonly authPayload?: string | null | undefined;
  readonly metadata?: Record<string, string> | null | undefined;
}

/**
 * Answers a challenge: POST …/Challenges/{Sid}. Only the device has the key to sign an approval.
 * @throws any error of UPDATE_CHALLENGE or of `errorFromResponse`.
 */
export function updateChallenge(twilio: TwilioClient, input: ChallengeUpdate): Promise<Challenge> {
  const { serviceSid, identity, challengeSid } = input;
  return twilio.write(
    {
      method: 'POST',
      identity,
      path: path`/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${challengeSid}`,
      form: formOf({ AuthPayload: input.authPayload, Metadata: jsonText(input.metadata) }),
      errorMap: UPDATE_CHALLENGE,
      challengeKey: { serviceSid, identity, challengeSid },
    },
    (json) => readChallenge(json, input),
  );
}

function readChallenge(json: Json, key: EntityKey): Challenge | undefined {
  const sid = textOf(json['sid']);
  if (!sid) return undefined;
  return {
    sid,
    accountSid: textOf(json['account_sid']),
    serviceSid: textOf(json['service_sid']) ?? key.serviceSid,
    entitySid: textOf(json['entity_sid']),
    identity: textOf(json['identity']) ?? key.identity,
    factorSid: textOf(json['factor_sid']),
    dateCreated: dateOf(json['date_created']),
    dateUpdated: dateOf(json['date_updated']),
    dateResponded: dateOf(json['date_responded']),
    expirationDate: dateOf(json['expiration_date']),
    status: enumOf(CHALLENGE_STATUSES, json['status']),
    respondedReason: enumOf(CHALLENGE_RESPONDED_REASONS, json['responded_reason']),
    factorType: enumOf(FACTOR_TYPES, json['factor_type']),
    details: readDetails(json['details']),
    hiddenDetails: objectOf(json['hidden_details']),
    metadata: objectOf(json['metadata']),
    url: textOf(json['url']),
  };
}

function readDetails(value: unknown): ChallengeDetails | null {
  const details = objectOf(value);
  if (!details) return null;
  const fields = Array.isArray(details['fields']) ? details['fields'] : [];
  return {
    message: textOf(details['message']),
    date: dateOf(details['date']),
    fields: fields.flatMap((field) => {
      const { label, value } = objectOf(field) ?? {};
      return typeof label === 'string' && typeof value === 'string' ? [{ label, value }] : [];
    }),
  };
}
