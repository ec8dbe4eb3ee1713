import type { Context } from './context.ts';
import { OperationError } from '../errors/operationErrors.ts';
import { VerifyError } from '../errors/verifyError.ts';
import type { LogFields } from '../observability/logFields.ts';

export interface Recorded<Resource> {
  /** The message of the line. */
  readonly message: string;
  readonly mutation: string;
  /** The person it is about, if it is about one person. */
  readonly identity: string | undefined;
  /** What else is known before the write. */
  readonly fields: LogFields;
  /** The name of the outcome when it succeeds. */
  readonly success: string;
  readonly successFields: (resource: Resource) => LogFields;
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
    caller,
    httpRequestId,
  }: Pick<Context, 'log' | 'metrics' | 'writing' | 'caller' | 'httpRequestId'>,
  { message, mutation, identity, fields, success, successFields }: Recorded<Resource>,
  writing: Promise<Resource>,
): void {
  const startedAt = performance.now();
  const record = (outcome: string, outcomeFields: LogFields) => {
    metrics.countWrite(mutation, outcome);
    log.info(
      {
        outcome,
        identity,
        // A person who asks for themselves is named once.
        ...(caller.identity !== identity && caller.logFields),
        ...fields,
        httpRequestId,
        durationMs: Math.round(performance.now() - startedAt),
        ...outcomeFields,
      },
      message,
    );
  };
  underWay.add(writing);
  void writing
    .then(
      (resource) => record(success, successFields(resource)),
      (error) => record(error.name, failureFields(error)),
    )
    .finally(() => underWay.delete(writing));
}

/** What Twilio said goes to the log alone. */
function failureFields(error: Error & Partial<VerifyError>): LogFields {
  if (isUnexpected(error)) return { err: error };
  return { twilioRequestId: error.requestId ?? undefined, twilio: error.cause };
}

const isUnexpected = (error: Error): boolean =>
  !(error instanceof VerifyError || error instanceof OperationError);
