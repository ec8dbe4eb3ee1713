import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import {
  SANDBOX_IDENTITY,
  SANDBOX_NOTIFY_SERVICE_SID,
  SANDBOX_SERVICE_SID,
  VERIFIED_FACTOR_SID,
  SEEDED_CHALLENGES,
} from '../sandbox/seed.ts';

export interface GraphiqlPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Renders GraphiQL on first use as one self-contained page, which works without internet access. */
export function createGraphiqlPage(options: PageOptions): () => Promise<GraphiqlPage> {
  let page: Promise<GraphiqlPage> | undefined;
  return () => (page ??= render(options));
}

interface PageOptions {
  readonly sandbox: boolean;
  /** Callers authenticate in the headers editor. */
  readonly signsIn: boolean;
}

/** The build writes the page, with places for a title and for options. */
const PAGE = new URL('../../dist/graphiql/page.html.gz', import.meta.url);

async function render({ sandbox, signsIn }: PageOptions): Promise<GraphiqlPage> {
  const template = gunzipSync(await readFile(PAGE)).toString();
  const title = sandbox ? 'Verify Push sandbox' : 'Verify Push';
  const defaultTabs = tabs(sandbox);
  const options = {
    title,
    defaultTabs,
    defaultEditorToolsVisibility: signsIn ? 'headers' : 'variables',
    ...(signsIn && { headers: json({ authorization: 'Bearer TOKEN' }) }),
    // Tokens must not remain in the browser.
    shouldPersistHeaders: false,
  };
  const html = template
    .replace('<title>{TITLE}</title>', `<title>${title}</title>`)
    .replace('{"title":"{TITLE}"}', () => JSON.stringify(options))
    .replace('</head>', () => `${VIEWPORT}<style>${STYLE}</style>${firstVariables(defaultTabs)}</head>`);
  const headers = { 'content-security-policy': policyOf(html), 'referrer-policy': 'no-referrer' };
  return { html, headers };
}

/** Content Security Policy: only the page's own scripts, no other hosts, no framing. */
function policyOf(html: string): string {
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script!);
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    // For the editor's language services.
    'worker-src blob:',
    // The editor adds styles for themes and line positions at run time.
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">';

/** Keeps a tab from moving away from the pointer when it is focused; a narrow window has the result below the operation. */
const STYLE = `
  .graphiql-tab { transform: none !important; }
  .graphiql-tabs { flex-wrap: wrap; row-gap: 2px; }
  .graphiql-container .graphiql-session-header { height: auto; min-height: var(--session-header-height); }
  .graphiql-container .graphiql-logo { white-space: nowrap; margin-left: auto; align-self: flex-start; }
  @media (max-width: 700px) {
    .graphiql-container .graphiql-logo, .graphiql-container .graphiql-sidebar { display: none; }
    .graphiql-sessions > div:has(> .graphiql-editors) { flex-direction: column; min-height: 0; }
    .graphiql-container .graphiql-editors, .graphiql-container .graphiql-response { min-height: 0; }
  }
`;

/** GraphiQL reads the variables of the first default tab only from its storage. */
function firstVariables([first]: readonly Tab[]): string {
  const value = JSON.stringify(first!.variables);
  return `<script>
    if (!localStorage.getItem('graphiql:tabState')) localStorage.setItem('graphiql:variables', ${value});
  </script>`;
}

interface Tab {
  readonly query: string;
  readonly variables: string;
}

/** A resend with every union member; with the sandbox also what belongs to it, and the way to every other outcome. */
function tabs(sandbox: boolean): Tab[] {
  if (!sandbox) return [{ query: EVERY_MEMBER, variables: variables('YC…', 'VA…', '') }];
  const [pending, next] = SEEDED_CHALLENGES;
  return [
    { query: EVERY_MEMBER, variables: variables(pending!.sid) },
    { query: RESEND_STATE, variables: variables(pending!.sid) },
    { query: PENDING_CHALLENGES, variables: json(SANDBOX_USER) },
    { query: CREATE_CHALLENGE, variables: json({ input: NEW_CHALLENGE }) },
    { query: everyOutcome(), variables: variables(next!.sid) },
    { query: NOTIFY, variables: json({ input: NEW_NOTIFICATION }) },
  ];
}

const json = (variables: object) => JSON.stringify(variables, null, 2);

const SANDBOX_USER = { serviceSid: SANDBOX_SERVICE_SID, identity: SANDBOX_IDENTITY };
const NEW_CHALLENGE = {
  ...SANDBOX_USER,
  factorSid: VERIFIED_FACTOR_SID,
  details: { message: 'Sign in?', fields: [{ label: 'Place', value: 'GraphiQL' }] },
};
const NEW_NOTIFICATION = {
  serviceSid: SANDBOX_NOTIFY_SERVICE_SID,
  identities: [SANDBOX_IDENTITY],
  body: 'Your table is ready.',
};

const variables = (challengeSid: string, serviceSid = SANDBOX_SERVICE_SID, identity = SANDBOX_IDENTITY) =>
  json({ serviceSid, identity, challengeSid });

const ARGUMENTS = 'serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid';
const VARIABLES = '$serviceSid: ID!, $identity: String!, $challengeSid: ID!';

/** The challenge that leads to each outcome. GraphiQL uses the operation's name as the title of the tab. */
function everyOutcome(): string {
  const firsts = SEEDED_CHALLENGES.filter(
    ({ outcome }, index) => SEEDED_CHALLENGES.findIndex((seed) => seed.outcome === outcome) === index,
  );
  const list = firsts.slice(1).map(({ sid, outcome }) => `#   ${sid}  ${outcome}`);
  return `# Take a challengeSid from this list into the variables, for the outcome beside it:
#
${list.join('\n')}
#   any of them twice in ${'a row'.padEnd(13)}  ResendCooldownError
mutation EveryOutcome(${VARIABLES}) {
  resendChallengeNotification(${ARGUMENTS}) {
    __typename
    ... on Notification { sid ttl expiresAt }
    ... on VerifyError { code message nextAction retryAfterSeconds requestId }
  }
}
`;
}

const RESEND_STATE = `# Whether the push can be sent again, and when. It costs no call to Twilio beyond the challenge.
query ResendState(${VARIABLES}) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) {
    status
    resend { allowed blockedBy availableAt notificationsSent notificationsRemaining }
  }
}
`;

const PENDING_CHALLENGES = `# The challenges of a person that wait for an answer, and whether their push can be sent again.
query PendingChallenges($serviceSid: ID!, $identity: String!) {
  entity(serviceSid: $serviceSid, identity: $identity) {
    challenges(status: PENDING, order: DESC, first: 5) {
      edges {
        node {
          sid
          expirationDate
          details { message }
          factor { friendlyName config { notificationPlatform } }
          resend { allowed blockedBy availableAt notificationsRemaining }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`;

const CREATE_CHALLENGE = `# Asks the phone of the sandbox to approve a sign-in. Its first push goes out with it.
mutation CreateChallenge($input: CreateChallengeInput!) {
  createChallenge(input: $input) {
    __typename
    ... on Challenge { id sid status expirationDate }
    ... on VerifyError { code message nextAction retryAfterSeconds }
    ... on InvalidInputError { issues { path message } }
  }
}
`;

const NOTIFY = `# Sends a notification through Twilio Notify, which Twilio ends on 31 October 2027.
mutation Notify($input: SendNotifyNotificationInput!) {
  sendNotifyNotification(input: $input) {
    __typename
    ... on NotifyNotification { sid identities body ttl }
    ... on VerifyError { code message nextAction retryAfterSeconds }
    ... on InvalidInputError { issues { path message } }
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
