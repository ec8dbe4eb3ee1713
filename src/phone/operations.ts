/** What the page shows of a challenge. */
const SHOWN_CHALLENGE = `fragment ShownChallenge on Challenge {
  id
  sid
  status
  approved
  details { message fields { label value } }
  waiting { nextAction changesAt }
  resend { allowed blockedBy availableAt notificationsSent notificationsRemaining }
}`;

const ERROR_FIELDS = '... on VerifyError { code message nextAction retryAfterSeconds requestId }';

const KEY_VARIABLES = '$serviceSid: ID!, $identity: String!, $challengeSid: ID!';
const KEY = 'serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid';

export const CREATE_CHALLENGE = `mutation CreateChallenge($input: CreateChallengeInput!) {
  createChallenge(input: $input) {
    __typename
    ...ShownChallenge
    ${ERROR_FIELDS}
  }
}
${SHOWN_CHALLENGE}`;

export const RESEND = `mutation ResendChallengeNotification(${KEY_VARIABLES}, $ttl: Int) {
  resendChallengeNotification(${KEY}, ttl: $ttl) {
    __typename
    ... on Notification { sid ttl expiresAt challenge { ...ShownChallenge } }
    ${ERROR_FIELDS}
    ... on ChallengeExpiredError { challenge { ...ShownChallenge } }
    ... on ChallengeAlreadyRespondedError { challenge { ...ShownChallenge } }
    ... on NotificationCapReachedError { challenge { ...ShownChallenge } }
  }
}
${SHOWN_CHALLENGE}`;

export const CHALLENGE_UPDATED = `subscription ChallengeUpdated(${KEY_VARIABLES}) {
  challengeUpdated(${KEY}) { ...ShownChallenge }
}
${SHOWN_CHALLENGE}`;
