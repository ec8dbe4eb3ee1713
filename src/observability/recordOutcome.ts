import type { Context } from '../context.ts';
import {
  IdempotencyKeyReusedError,
  TooManyUpstreamCallsError,
  UpstreamMisconfiguredError,
} from '../errors.ts';
import { VerifyError } from '../verifyError.ts';

export interface Recorded<Resource> {
  /** The message of the line. */
  readonly message: string;
  readonly mutation: string;
  /** What is known before the write; nothing personal. */
  readonly facts: object;
  /** The name of the outcome when it succeeds. */
  readonly success: string;
  readonly successFacts: (resource: Resource) => object;
}

/**
 * Counts how a write ends and logs it, in one line. Observed apart from the caller, who may be gone: what was sent leaves a trace in
 * any case.
 */
export function recordOutcome<Resource>(
  {
    log,
    metrics,
    writing: underWay,
    httpRequestId,
  }: Pick<Context, 'log' | 'metrics' | 'writing' | 'httpRequestId'>,
  { message, mutation, facts, success, successFacts }: Recorded<Resource>,
  writing: Promise<Resource>,
): void {
  const startedAt = performance.now();
  const record = (outcome: string, outcomeFacts: object) => {
    metrics.countWrite(mutation, outcome);
    log.info(
      {
        outcome,
        ...facts,
        httpRequestId,
        durationMs: Math.round(performance.now() - startedAt),
        ...outcomeFacts,
      },
      message,
    );
  };
  underWay.add(writing);
  void writing
    .then(
      (resource) => record(success, successFacts(resource)),
      (error) => record(error.name, failureFacts(error)),
    )
    .finally(() => underWay.delete(writing));
}

/** What Twilio said goes to the log alone. */
function failureFacts(error: Error & Partial<VerifyError>): object {
  if (isUnexpected(error)) return { err: error };
  return { twilioRequestId: error.requestId ?? undefined, twilio: error.cause };
}

const isUnexpected = (error: Error): boolean =>
  !(
    error instanceof VerifyError ||
    error instanceof UpstreamMisconfiguredError ||
    error instanceof TooManyUpstreamCallsError ||
    error instanceof IdempotencyKeyReusedError
  );
