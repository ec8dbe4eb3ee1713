import { Client } from 'undici';
import type { Dispatcher } from 'undici';

const TIMEOUT_MS = 30_000;
const HEADERS = { 'content-type': 'application/json' };

export interface Load {
  readonly url: string;
  readonly body: () => string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly answersPerSecond: number;
  /** One per answer, from the moment at which the connection is free. */
  readonly latenciesMs: readonly number[];
}

/**
 * Sends one request after another on each connection, and waits for the last answers. A connection that the server closes
 * is opened again.
 * @param onAnswer gets the text of every answer
 * @throws Error if a request gets no answer.
 */
export async function drive(
  { url, body, connections, seconds }: Load,
  onAnswer: (text: string) => void,
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const clients = Array.from({ length: connections }, () => new Client(url, { headersTimeout: TIMEOUT_MS }));
  await Promise.all(
    clients.map(async (client) => {
      for (let sentAt = startedAt; sentAt < endsAt; sentAt = performance.now()) {
        const text = await post(client, body());
        latenciesMs.push(performance.now() - sentAt);
        onAnswer(text);
      }
    }),
  );
  const elapsedMs = performance.now() - startedAt;
  await Promise.all(clients.map((client) => client.close()));
  return { answersPerSecond: (latenciesMs.length * 1000) / elapsedMs, latenciesMs };
}

/** Below `request`, whose stream per answer costs more than the answer of the floor. */
const post = (client: Client, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const handler: Dispatcher.DispatchHandler = {
      // Undici takes it as the sign of its present interface.
      onRequestStart: () => {},
      onResponseData: (_, chunk) => void (text += chunk.toString('latin1')),
      onResponseEnd: () => resolve(text),
      onResponseError: (_, error) => reject(error),
    };
    client.dispatch({ method: 'POST', path: '/graphql', headers: HEADERS, body }, handler);
  });
