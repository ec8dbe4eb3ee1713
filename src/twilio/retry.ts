import { codeOfAnswer, retryAfterSecondsOf } from './errorFromResponse.ts';
import { BREAKER_OPEN } from './breaker.ts';
import { CANCELLED } from './transport.ts';
import type { Reply, WireRequest } from './transport.ts';

/** One deadline over every try and every pause between them. */
const OPERATION_MS = 10_000;
const TRY_MS = { read: 4_000, write: 8_000 };
const RETRIES = { read: 2, write: 1 };
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 1_000;
/** A longer wait is the client's to make: it can show a person how long, and they may leave. */
const MAX_RETRY_AFTER_MS = 2_000;
/** A try that has less time than this is not worth a call. */
const MIN_TRY_MS = 250;

const TOO_MANY_REQUESTS = 20429;

/**
 * Twilio did not process the request, and says so by its code: other 429s mean something else. While the process is
 * slowed down another try would only add to what is too much.
 */
const isTurnedAway = (reply: Reply): boolean =>
  reply.kind === 'answer' &&
  reply.status === 429 &&
  !reply.whileSlowed &&
  codeOfAnswer(reply) === TOO_MANY_REQUESTS;

/** No byte has left, and another try may do better. */
const neverLeft = (reply: Reply): boolean =>
  reply.kind === 'fault' &&
  reply.stage === 'notSent' &&
  reply.cause !== CANCELLED &&
  reply.cause !== BREAKER_OPEN;

/** A read changes nothing, so it may be asked again whatever became of it. */
const isReadWorthRepeating = (reply: Reply): boolean =>
  isTurnedAway(reply) ||
  neverLeft(reply) ||
  (reply.kind === 'fault'
    ? reply.stage === 'maybeSent' && reply.cause !== CANCELLED
    : reply.status >= 500 || (reply.cut !== undefined && reply.cut !== CANCELLED));

/** What may have been done is never done again. */
const isWriteWorthRepeating = (reply: Reply): boolean => isTurnedAway(reply) || neverLeft(reply);

/**
 * Repeats a read twice and a write once, where that can do no harm: after a pause of random length, or as long as
 * `Retry-After` says, if the deadline allows.
 */
export async function withRetries(
  request: WireRequest,
  attempt: (request: WireRequest, timeoutMs: number) => Promise<Reply>,
): Promise<Reply> {
  const kind = request.method === 'GET' ? 'read' : 'write';
  const isWorthRepeating = kind === 'read' ? isReadWorthRepeating : isWriteWorthRepeating;
  const deadline = request.deadline ?? performance.now() + OPERATION_MS;
  for (let retries = 0; ; retries += 1) {
    const reply = await attempt(request, Math.min(TRY_MS[kind], deadline - performance.now()));
    if (retries === RETRIES[kind] || !isWorthRepeating(reply)) return reply;
    const pauseMs = pauseBefore(reply);
    const isTooLong = pauseMs > MAX_RETRY_AFTER_MS || performance.now() + pauseMs + MIN_TRY_MS > deadline;
    if (isTooLong) return reply;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Random, so that many who were turned away together do not come back together. */
function pauseBefore(reply: Reply): number {
  const seconds = reply.kind === 'answer' ? retryAfterSecondsOf(reply.headers) : null;
  return seconds === null ? MIN_PAUSE_MS + Math.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS) : seconds * 1000;
}
