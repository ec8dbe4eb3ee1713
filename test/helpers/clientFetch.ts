import type { GraphQLAnswer } from './startGateway.ts';

/** What a client sent over the network. */
interface SentRequest {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: object;
  readonly extensions?: object;
  readonly headers: Headers;
}

/** A `fetch` that notes what a client sends and is answered; `lose` makes an answer get lost on its way back. */
export function recordFetch(lose: (requestNumber: number) => boolean = () => false) {
  const sent: SentRequest[] = [];
  const answers: GraphQLAnswer[] = [];
  const recorded: typeof fetch = async (input, init) => {
    const body = JSON.parse(String(init?.body)) as Omit<SentRequest, 'headers'>;
    sent.push({ ...body, headers: new Headers(init?.headers) });
    const isLost = lose(sent.length);
    const response = await fetch(input, init);
    answers.push((await response.clone().json()) as GraphQLAnswer);
    if (isLost) throw new TypeError('fetch failed');
    return response;
  };
  return { sent, answers, fetch: recorded };
}
