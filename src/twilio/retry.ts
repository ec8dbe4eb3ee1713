import { codeOfAnswer, retryAfterSecondsOf } from './errorFromResponse.ts';
import { BREAKER_OPEN } from './breaker.ts';
import { CANCELLED } from './reply.ts';
import type { Reply } from './reply.ts';
import type { WireRequest } from './transport.ts';

/** One deadline for all tries and pauses together. */
const OPERATION_MS = 10_000;
const TRY_MS = { read: 4_000, write: 8_000 };
const RETRIES = { read: 2, write: 1 };
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 1_000;
/** Longer waits are left to the client, which can show them to the user. */
const MAX_RETRY_AFTER_MS = 2_000;
/** A try with less time left is unlikely to succeed. */
const MIN_TRY_MS = 250;

const TOO_MANY_REQUESTS = 20429;

/**
 * The code says that Twilio did not process the request; other 429s have other meanings. While the process is slowed down,
 * a retry would only add to the overload.
 */
const isTurnedAway = (reply: Reply): boolean =>
  reply.kind === 'answer' &&
  reply.status === 429 &&
  !reply.whileSlowed &&
  codeOfAnswer(reply) === TOO_MANY_REQUESTS;

/** Nothing was sent, and a retry may succeed. */
const neverLeft = (reply: Reply): boolean =>
  reply.kind === 'fault' &&
  reply.stage === 'notSent' &&
  reply.cause !== CANCELLED &&
  reply.cause !== BREAKER_OPEN;

/** Reads change nothing, so they may be repeated even if they may have been sent. */
const isReadWorthRepeating = (reply: Reply): boolean =>
  isTurnedAway(reply) ||
  neverLeft(reply) ||
  (reply.kind === 'fault'
    ? reply.stage === 'maybeSent' && reply.cause !== CANCELLED
    : reply.status >= 500 || (reply.cut !== undefined && reply.cut !== CANCELLED));

/** A write that may have been sent is never repeated. */
const isWriteWorthRepeating = (reply: Reply): boolean => isTurnedAway(reply) || neverLeft(reply);

/**
 * Repeats a read up to twice and a write once, if that is safe and the deadline allows it. Pauses for a random time, or
 * for the time in `Retry-After`.
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
    // The process may have stood still meanwhile.
    if (performance.now() + MIN_TRY_MS > deadline) return reply;
  }
}

/** Adds jitter, so that calls that were turned away together do not return together. */
function pauseBefore(reply: Reply): number {
  const seconds = reply.kind === 'answer' ? retryAfterSecondsOf(reply.headers) : null;
  return seconds === null ? MIN_PAUSE_MS + Math.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS) : seconds * 1000;
}
