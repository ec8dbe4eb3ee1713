import { SANDBOX_IDENTITY, SANDBOX_SERVICE_SID, SEEDED_CHALLENGES } from './sandbox/seed.ts';

/** Gives the GraphiQL page with everything it needs inside, so that it works with no internet; made on first use. */
export function createGraphiqlPage(sandbox: boolean): () => Promise<string> {
  let page: Promise<string> | undefined;
  return () => (page ??= render(sandbox));
}

async function render(sandbox: boolean): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return renderGraphiQL({
    title: sandbox ? 'Verify Push Gateway (sandbox)' : 'Verify Push Gateway',
    defaultTabs: tabs(sandbox),
    defaultEditorToolsVisibility: 'variables',
  });
}

/** A resend that spreads every member, then one short resend per seeded challenge. */
export function tabs(sandbox: boolean): { query: string; variables: string }[] {
  const [first, ...others] = SEEDED_CHALLENGES;
  if (!sandbox) return [{ query: EVERY_MEMBER, variables: variables('YC…', 'VA…', 'identity') }];
  return [
    { query: EVERY_MEMBER, variables: variables(first!.sid) },
    ...others.map(({ sid, outcome, when }) => ({
      query: oneOutcome(sid, outcome, when),
      variables: variables(sid),
    })),
  ];
}

const variables = (challengeSid: string, serviceSid = SANDBOX_SERVICE_SID, identity = SANDBOX_IDENTITY) =>
  JSON.stringify({ serviceSid, identity, challengeSid }, null, 2);

const ARGUMENTS = 'serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid';
const VARIABLES = '$serviceSid: ID!, $identity: String!, $challengeSid: ID!';

/** The operation's name is the title of its tab. */
const oneOutcome = (sid: string, outcome: string, when: string) => `# ${when}: ${outcome}
mutation ${outcome}_${Number(sid.slice(2))}(${VARIABLES}) {
  resendChallengeNotification(${ARGUMENTS}) {
    __typename
    ... on Notification { sid ttl expiresAt }
    ... on VerifyError { code message nextAction retryAfterSeconds requestId }
  }
}
`;

const EVERY_MEMBER = `# Sends the push of a challenge again. Every member of the union is spread below;
# "... on VerifyError" alone would do for a client that only needs to react.
mutation Resend(${VARIABLES}, $ttl: Int) {
  resendChallengeNotification(${ARGUMENTS}, ttl: $ttl) {
    __typename
    ... on Notification {
      sid
      ttl
      priority
      dateCreated
      expiresAt
      challenge { status expirationDate details { message } }
    }
    ... on VerifyError { code message nextAction retryAfterSeconds requestId }
    ... on InvalidInputError { issues { path message } }
    ... on ChallengeNotFoundError { code }
    ... on ChallengeExpiredError { challenge { expirationDate factorSid } }
    ... on ChallengeAlreadyRespondedError { challenge { status dateResponded } }
    ... on NotificationCapReachedError { cap challenge { factorSid } }
    ... on PushDisabledError { challenge { factorSid } }
    ... on FactorNotVerifiedError { challenge { factorSid } }
    ... on ResendCooldownError { retryAfterSeconds }
    ... on RateLimitedError { retryAfterSeconds }
    ... on ResendOutcomeUnknownError { requestId }
    ... on UpstreamUnavailableError { retryAfterSeconds }
    ... on UpstreamRejectedError { twilioCode }
  }
}
`;
