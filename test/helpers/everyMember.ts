import { seededSid } from '../../src/sandbox/seed.ts';
import { PENDING } from './startGateway.ts';
import type { GraphQLAnswer, ResendVariables } from './startGateway.ts';

/** Selects everything there is to select on any member of the union, and reads that follow from it. */
export const RESEND_EVERYTHING = /* GraphQL */ `
  mutation ResendEverything($serviceSid: ID!, $identity: String!, $challengeSid: ID!, $ttl: Int) {
    resendChallengeNotification(
      serviceSid: $serviceSid
      identity: $identity
      challengeSid: $challengeSid
      ttl: $ttl
    ) {
      __typename
      ... on Notification {
        sid
        accountSid
        serviceSid
        entitySid
        identity
        challengeSid
        priority
        ttl
        dateCreated
        expiresAt
        challenge {
          ...Around
        }
      }
      ... on VerifyError {
        code
        message
        nextAction
        retryAfterSeconds
        requestId
      }
      ... on InvalidInputError {
        issues {
          path
          message
        }
      }
      ... on ChallengeExpiredError {
        challenge {
          ...Around
        }
      }
      ... on ChallengeAlreadyRespondedError {
        challenge {
          ...Around
        }
      }
      ... on NotificationCapReachedError {
        cap
        challenge {
          ...Around
        }
      }
      ... on PushDisabledError {
        challenge {
          ...Around
        }
      }
      ... on FactorNotVerifiedError {
        challenge {
          ...Around
        }
      }
      ... on UpstreamRejectedError {
        twilioCode
      }
    }
  }

  fragment Around on Challenge {
    __typename
    id
    sid
    status
    details {
      message
      fields {
        label
        value
      }
    }
    factor {
      id
      friendlyName
      status
      entity {
        id
        identity
      }
    }
    service {
      id
      sid
      friendlyName
    }
  }
`;

/** One resend for each member of `ResendChallengeNotificationResult`, in the order of the schema. */
export const EVERY_MEMBER: readonly (readonly [member: string, variables: Partial<ResendVariables>])[] = [
  ['Notification', {}],
  ['InvalidInputError', { serviceSid: 'VA1', ttl: 301 }],
  ['ChallengeNotFoundError', { challengeSid: seededSid('YC', 20404) }],
  ['ChallengeExpiredError', { challengeSid: seededSid('YC', 60323) }],
  ['ChallengeAlreadyRespondedError', { challengeSid: seededSid('YC', 60322) }],
  ['NotificationCapReachedError', { challengeSid: seededSid('YC', 60309) }],
  ['PushDisabledError', { challengeSid: seededSid('YC', 60307) }],
  ['FactorNotVerifiedError', { challengeSid: seededSid('YC', 60318) }],
  // The challenge of the first: it was sent a moment ago, so the gateway must have a cooldown.
  ['ResendCooldownError', {}],
  ['RateLimitedError', { challengeSid: seededSid('YC', 20429) }],
  ['ResendOutcomeUnknownError', { challengeSid: seededSid('YC', 20500) }],
  ['UpstreamUnavailableError', { challengeSid: seededSid('YC', 20503) }],
  ['UpstreamRejectedError', { challengeSid: seededSid('YC', 60204) }],
];

/** How a resend goes to a gateway: directly, or through what stands before it. */
export type Resend = (
  variables: ResendVariables,
  headers: Readonly<Record<string, string>>,
) => Promise<GraphQLAnswer>;

/**
 * The answers to one resend on two ways to the same gateway. Both bear one Idempotency-Key, so that the second repeats
 * the outcome of the first instead of sending again; what that leaves different (the id of a call that was made twice,
 * seconds that pass) is taken out.
 */
export async function bothWays(
  [member, given]: (typeof EVERY_MEMBER)[number],
  direct: Resend,
  through: Resend,
): Promise<{ direct: unknown; through: unknown; member: unknown }> {
  const variables = { ...PENDING, ttl: null, ...given };
  const headers: Record<string, string> =
    member === 'ResendCooldownError' ? {} : { 'idempotency-key': `both-ways-${member}` };
  const answers = [await direct(variables, headers), await through(variables, headers)] as const;
  return {
    direct: comparable(answers[0]),
    through: comparable(answers[1]),
    member: answers[0].data?.['resendChallengeNotification']?.__typename,
  };
}

/** An answer without what two calls for the same thing may differ in. */
export const comparable = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer, (name, value: unknown) => {
      if (name === 'requestId' && typeof value === 'string') return 'a request id';
      return name === 'retryAfterSeconds' && typeof value === 'number' ? 'seconds' : value;
    }),
  );
