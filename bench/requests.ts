const RESEND = `mutation Resend($serviceSid: ID!, $identity: String!, $challengeSid: ID!, $ttl: Int) {
  resendChallengeNotification(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid, ttl: $ttl) {
    __typename
    ... on Notification { sid ttl priority dateCreated expiresAt }
    ... on VerifyError { code message nextAction retryAfterSeconds }
  }
}`;

const CHALLENGES = `query Challenges($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Challenge { sid status expirationDate factor { sid friendlyName } }
  }
}`;

export const CHALLENGES_PER_QUERY = 50;
const SERVICE_SID = `VA${'0'.repeat(32)}`;
const FACTOR_SID = `YF${'a'.repeat(32)}`;

let people = 0;
let challenges = 0;

/** Every request names another challenge of another person, so that nothing can be joined, cached or held back. */
function newChallenge() {
  return { serviceSid: SERVICE_SID, identity: newIdentity(), challengeSid: newChallengeSid() };
}

const newIdentity = () => `bench-user-${(people += 1)}`;
const newChallengeSid = () => `YC${(challenges += 1).toString(16).padStart(32, '0')}`;

export const resend = (): string =>
  JSON.stringify({ query: RESEND, variables: { ...newChallenge(), ttl: 150 } });

/** By turns a time to live out of range and a malformed SID. */
export function invalidResend(): string {
  const challenge = newChallenge();
  const variables =
    people % 2 ? { ...challenge, ttl: 99_999 } : { ...challenge, challengeSid: 'YC-malformed', ttl: 150 };
  return JSON.stringify({ query: RESEND, variables });
}

/** The challenges of one person, and the factor that all of them share. */
export function challengesWithFactor(): string {
  const identity = newIdentity();
  const ids = newChallengeSids().map((sid) =>
    Buffer.from(`Challenge/${SERVICE_SID}/${identity}/${sid}`).toString('base64url'),
  );
  return JSON.stringify({ query: CHALLENGES, variables: { ids } });
}

/** The calls to Twilio behind `challengesWithFactor`, written out for the floor. */
export function challengesWithFactorCalls(): string {
  const entity = `/v2/Services/${SERVICE_SID}/Entities/${newIdentity()}`;
  const paths = newChallengeSids().map((sid) => `${entity}/Challenges/${sid}`);
  return JSON.stringify({ query: CHALLENGES, paths, lastPath: `${entity}/Factors/${FACTOR_SID}` });
}

const newChallengeSids = () => Array.from({ length: CHALLENGES_PER_QUERY }, newChallengeSid);
