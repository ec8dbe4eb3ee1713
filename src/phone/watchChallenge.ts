import { isOver } from './challenge.ts';
import type { ChallengeKey, ShownChallenge } from './challenge.ts';
import { JSON_HEADERS, outcomeOf, requestOf } from './graphqlClient.ts';
import type { GraphQLAnswer } from './graphqlClient.ts';
import type { History } from './history.ts';
import { CHALLENGE_UPDATED } from './operations.ts';
import { readEvents } from './readEvents.ts';

export type Link = 'connecting' | 'live' | 'lost' | 'ended';

export interface ChallengeListener {
  onChallenge(challenge: ShownChallenge): void;
  /** The gateway ended the subscription, and subscribing again does not help. */
  onRefusal(message: string): void;
  onLink(link: Link): void;
}

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 8_000;
/** Subscribing again helps against these. */
const PASSING = ['SHUTTING_DOWN', 'TOO_MANY_SUBSCRIPTIONS', 'RATE_LIMITED', 'UPSTREAM_UNAVAILABLE'];

class Refusal extends Error {}

/** Listens to a challenge until it is over, and subscribes again when the stream is lost. @returns what stops it. */
export function watchChallenge(
  history: History,
  key: ChallengeKey,
  { onChallenge, onRefusal, onLink }: ChallengeListener,
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const request = requestOf(CHALLENGE_UPDATED, key);
  const headers = { ...JSON_HEADERS, accept: 'text/event-stream' };

  /** @returns whether the challenge is over. */
  async function listen(): Promise<boolean> {
    const body = JSON.stringify(request.body);
    const response = await fetch(request.url, { method: 'POST', headers, body, signal });
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      throw refusalOf((await response.json()) as GraphQLAnswer);
    }
    let ended = false;
    for await (const { event, data } of readEvents(response.body!)) {
      if (signal.aborted || event !== 'next') break;
      const answer = JSON.parse(data) as GraphQLAnswer;
      const challenge = answer.data?.['challengeUpdated'] as ShownChallenge | null | undefined;
      history.add({ ...request, headers, answer, ...outcomeOf(answer), ...(challenge && wordOn(challenge)) });
      if (!challenge) throw refusalOf(answer);
      onLink('live');
      onChallenge(challenge);
      ended = isOver(challenge);
      pauseMs = FIRST_PAUSE_MS;
    }
    return ended;
  }

  let pauseMs = FIRST_PAUSE_MS;
  async function run(): Promise<void> {
    onLink('connecting');
    while (!signal.aborted) {
      try {
        if (await listen()) return onLink('ended');
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refusal) {
          onLink('ended');
          return onRefusal(error.message);
        }
      }
      if (signal.aborted) return;
      onLink('lost');
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
    }
  }

  void run();
  return () => stopping.abort();
}

const wordOn = ({ status, waiting }: ShownChallenge) => ({
  outcome: waiting ? `${status}, ${waiting.nextAction}` : status,
});

function refusalOf({ errors }: GraphQLAnswer): Error {
  const [error] = errors ?? [];
  const code = error?.extensions?.code ?? '';
  return PASSING.includes(code) ? new Error(code) : new Refusal(error?.message ?? 'The stream ended.');
}
