import { PENDING, RESEND } from './startGateway.ts';
import type { GraphQLAnswer } from './startGateway.ts';

export const withKey = (key: string) => ({ 'idempotency-key': key });

/** What a gateway at this address answers to a resend. */
export async function resendAt(url: string, variables: object = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: RESEND, variables: { ...PENDING, ...variables } }),
  });
  const { data, errors } = (await response.json()) as GraphQLAnswer;
  return {
    result: data?.['resendChallengeNotification'],
    code: errors?.[0]?.extensions?.['code'],
    replayed: response.headers.get('idempotent-replayed'),
  };
}
