import type { History } from './history.ts';

const URL_PATH = '/graphql';
export const JSON_HEADERS = { 'content-type': 'application/json' };

export interface GraphQLAnswer {
  readonly data?: Readonly<Record<string, ({ readonly __typename?: string } & object) | null>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string };
  }[];
}

/** Sends an operation as any page would. @throws TypeError when the gateway cannot be reached. */
export async function sendOperation(
  history: History,
  query: string,
  variables: object,
  more: Readonly<Record<string, string>>,
): Promise<GraphQLAnswer> {
  const headers = { ...JSON_HEADERS, ...more };
  const startedAt = performance.now();
  const sent = { ...requestOf(query, variables), headers };
  try {
    const response = await fetch(URL_PATH, { method: 'POST', headers, body: JSON.stringify(sent.body) });
    const answer = (await response.json()) as GraphQLAnswer;
    const ms = performance.now() - startedAt;
    const replayed = response.headers.get('idempotent-replayed') ? ', replayed' : '';
    history.add({ ...sent, ...outcomeOf(answer, replayed), answer, ms });
    return answer;
  } catch (error) {
    history.add({ ...sent, answer: String(error), outcome: 'no answer', isFailure: true });
    throw error;
  }
}

/** What the history keeps of a request. */
export function requestOf(query: string, variables: object) {
  const name = /^\w+ (\w+)/.exec(query)![1]!;
  const url = new URL(URL_PATH, location.href).href;
  const body = { query, variables };
  return { source: 'sign-in', name, method: 'POST', url, body, query, variables } as const;
}

export function outcomeOf({ data, errors }: GraphQLAnswer, more = '') {
  const [error] = errors ?? [];
  const [field] = Object.values(data ?? {});
  const outcome = error?.extensions?.code ?? field?.__typename ?? 'answered';
  const isFailure = error !== undefined || outcome.endsWith('Error');
  return { outcome: outcome + more, isFailure };
}
