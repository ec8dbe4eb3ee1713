/** Fixed names in the sandbox, printed at start and listed in docs/sandbox.md. */
export const SANDBOX_ACCOUNT_SID = `AC${'0'.repeat(32)}`;
export const SANDBOX_AUTH_TOKEN = 'sandbox';
export const SANDBOX_SERVICE_SID = `VA${'0'.repeat(32)}`;
export const SANDBOX_ENTITY_SID = `YE${'0'.repeat(32)}`;
export const SANDBOX_IDENTITY = 'sandbox-user';
export const SANDBOX_NOTIFY_SERVICE_SID = `IS${'0'.repeat(32)}`;

/** Pads the number with zeros to the 34 characters of a SID. */
export const seededSid = (prefix: string, number: number): string =>
  prefix + String(number).padStart(32, '0');

export const VERIFIED_FACTOR_SID = seededSid('YF', 1);
export const PLATFORM_NONE_FACTOR_SID = seededSid('YF', 60307);
export const UNVERIFIED_FACTOR_SID = seededSid('YF', 60318);
/** Creating a challenge for this factor fails with 60312. */
export const CHALLENGE_LIMIT_FACTOR_SID = seededSid('YF', 60312);
/** A pending challenge; updating it fails with 60308. */
export const UPDATE_LIMIT_CHALLENGE_SID = seededSid('YC', 60308);

export interface SeededFactor {
  readonly sid: string;
  readonly friendlyName: string;
  readonly status: 'verified' | 'unverified';
  readonly platform: 'apn' | 'fcm' | 'none';
}

const factor = (
  sid: string,
  friendlyName: string,
  status: SeededFactor['status'],
  platform: SeededFactor['platform'],
): SeededFactor => ({ sid, friendlyName, status, platform });

/** The devices of the seeded identity. */
export const SEEDED_FACTORS: readonly SeededFactor[] = [
  factor(VERIFIED_FACTOR_SID, 'Phone', 'verified', 'fcm'),
  factor(PLATFORM_NONE_FACTOR_SID, 'Phone without push', 'verified', 'none'),
  factor(UNVERIFIED_FACTOR_SID, 'Phone in registration', 'unverified', 'apn'),
  factor(CHALLENGE_LIMIT_FACTOR_SID, 'Phone with too many challenges', 'verified', 'fcm'),
];

/** A failure that the sandbox injects into a resend or into a request to Notify. */
export type Fault =
  | {
      readonly kind: 'problem';
      readonly status: number;
      readonly code: number;
      readonly message: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'body'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'hang' | 'cutBeforeRead' | 'cutAfterRead' | 'truncatedJson' };

export interface SeededChallenge {
  readonly sid: string;
  /** The gateway's answer: a member of ResendChallengeNotificationResult, or a top-level error code. */
  readonly outcome: string;
  readonly when: string;
  readonly factorSid?: string;
  readonly state?: 'expired' | 'approved' | 'atCap' | 'missing';
  readonly fault?: Fault;
}

const problem = (status: number, code: number, message: string): Fault => ({
  kind: 'problem',
  status,
  code,
  message,
});
const TOO_MANY_REQUESTS = {
  kind: 'problem',
  status: 429,
  code: 20429,
  message: 'Too Many Requests',
} as const;

const seed = (number: number, outcome: string, when: string, rest: Partial<SeededChallenge> = {}) => ({
  sid: seededSid('YC', number),
  outcome,
  when,
  ...rest,
});

/** One challenge per outcome. The number in the SID is the Twilio code it provokes; from 90001 on there is no code. */
export const SEEDED_CHALLENGES: readonly SeededChallenge[] = [
  seed(1, 'Notification', 'pending; Twilio refuses the fourth resend'),
  seed(2, 'Notification', 'pending, for a second try'),
  seed(60300, 'InvalidInputError', 'Twilio refuses an argument: 400', {
    fault: problem(400, 60300, 'Invalid Param'),
  }),
  seed(20404, 'ChallengeNotFoundError', 'does not exist: 404', { state: 'missing' }),
  seed(60323, 'ChallengeExpiredError', 'has expired: 403', { state: 'expired' }),
  seed(60322, 'ChallengeAlreadyRespondedError', 'was approved on the device: 403', { state: 'approved' }),
  seed(60309, 'NotificationCapReachedError', 'has had its three resends: 429', { state: 'atCap' }),
  seed(60307, 'PushDisabledError', 'the device is on platform none: 400', {
    factorSid: PLATFORM_NONE_FACTOR_SID,
  }),
  seed(60318, 'FactorNotVerifiedError', 'the factor is not verified: 403', {
    factorSid: UNVERIFIED_FACTOR_SID,
  }),
  seed(20429, 'RateLimitedError', '429 with Retry-After: 7', {
    fault: { ...TOO_MANY_REQUESTS, retryAfterSeconds: 7 },
  }),
  seed(20500, 'ResendOutcomeUnknownError', '500', { fault: problem(500, 20500, 'Internal Server Error') }),
  seed(20503, 'UpstreamUnavailableError', '503', { fault: problem(503, 20503, 'Service unavailable') }),
  seed(60204, 'UpstreamRejectedError', 'a feature is not enabled: 403', {
    fault: problem(403, 60204, 'Service does not support this feature'),
  }),
  seed(20003, 'UPSTREAM_MISCONFIGURED', 'a wrong credential: 401', {
    fault: problem(401, 20003, 'Authenticate'),
  }),
  seed(90001, 'RateLimitedError', '429 without Retry-After', { fault: TOO_MANY_REQUESTS }),
  seed(90002, 'ResendOutcomeUnknownError', '502 with an HTML page', {
    fault: {
      kind: 'body',
      status: 502,
      contentType: 'text/html',
      body: '<html><h1>502 Bad Gateway</h1></html>',
    },
  }),
  seed(90003, 'ResendOutcomeUnknownError', 'no answer; the gateway gives up after 8 seconds', {
    fault: { kind: 'hang' },
  }),
  seed(90004, 'ResendOutcomeUnknownError', 'the connection is cut before the request is read', {
    fault: { kind: 'cutBeforeRead' },
  }),
  seed(90005, 'ResendOutcomeUnknownError', 'the push is sent, then the connection is cut', {
    fault: { kind: 'cutAfterRead' },
  }),
  seed(90006, 'ResendOutcomeUnknownError', 'the push is sent; 201 with truncated JSON', {
    fault: { kind: 'truncatedJson' },
  }),
  seed(90007, 'ResendOutcomeUnknownError', '201 with an empty body', {
    fault: { kind: 'body', status: 201, contentType: 'application/json', body: '' },
  }),
];

/** Faults that also apply to Notify, by the numbers of the challenges above. */
export const NOTIFY_FAULTS: ReadonlyMap<number, Fault> = new Map(
  [20003, 20429, 20500, 20503, 90001, 90002, 90003, 90004, 90005, 90006, 90007].map((number) => {
    const { fault } = SEEDED_CHALLENGES.find(({ sid }) => sid === seededSid('YC', number))!;
    return [number, fault!];
  }),
);
