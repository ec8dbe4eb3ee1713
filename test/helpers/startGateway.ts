import { onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { serve } from '../../src/gateway/serve.ts';
import { SANDBOX_IDENTITY, SANDBOX_SERVICE_SID, seededSid } from '../../src/sandbox/seed.ts';
import { recordLog } from './testLog.ts';

export interface GraphQLAnswer {
  readonly data?: Record<string, any> | null;
  readonly errors?: { message: string; path?: unknown[]; extensions?: Record<string, any> }[];
}

/** A gateway on a free port that ends with the test; in front of the sandbox unless `env` names another upstream. */
export async function startGateway(env: NodeJS.ProcessEnv = {}) {
  const { log, lines, written } = recordLog();
  const running = await serve(readConfig({ PORT: '0', SANDBOX_PORT: '0', ...UNGUARDED, ...env }), log);
  onTestFinished(() => running.close(100));

  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const graphql = async (query: string, variables: object = {}): Promise<GraphQLAnswer> =>
    (await (await post({ query, variables })).json()) as GraphQLAnswer;
  /** What `resendChallengeNotification` answers. */
  const resend = async (variables: Partial<ResendVariables> = {}) =>
    (await graphql(RESEND, { ...PENDING, ...variables })).data?.['resendChallengeNotification'];

  return { ...running, lines, written, hashOf: log.hashOf, post, graphql, resend };
}

/** Tests of anything else resend as often as they like. */
const UNGUARDED = {
  RESEND_COOLDOWN_SECONDS: '0',
  RESEND_LIMIT_PER_IDENTITY: '0',
  LIMIT_REQUESTS_PER_MINUTE: '0',
};

export interface ResendVariables {
  readonly serviceSid: string;
  readonly identity: string;
  readonly challengeSid: string;
  readonly ttl: number | null;
}

/** The first pending challenge of the sandbox. */
export const PENDING = {
  serviceSid: SANDBOX_SERVICE_SID,
  identity: SANDBOX_IDENTITY,
  challengeSid: seededSid('YC', 1),
};

/** Points a gateway at any server that plays Twilio. */
export const upstreamAt = (url: string): NodeJS.ProcessEnv => ({
  TWILIO_VERIFY_URL: url,
  TWILIO_NOTIFY_URL: url,
  TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  AUTH: 'none',
});

export const RESEND = `
  mutation Resend($serviceSid: ID!, $identity: String!, $challengeSid: ID!, $ttl: Int) {
    resendChallengeNotification(
      serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid, ttl: $ttl
    ) {
      __typename
      ... on Notification {
        sid accountSid serviceSid entitySid identity challengeSid priority ttl dateCreated expiresAt
      }
      ... on VerifyError { code message nextAction retryAfterSeconds requestId }
      ... on InvalidInputError { issues { path message } }
      ... on UpstreamRejectedError { twilioCode }
      ... on NotificationCapReachedError { cap }
    }
  }`;
