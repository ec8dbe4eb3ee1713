import type { Context } from './context.ts';
import type { Outcome } from './outcome.ts';
import { OperationError } from '../errors/operationErrors.ts';
import { VerifyError } from '../errors/verifyError.ts';
import type { LogFields } from '../observability/logFields.ts';

export interface Recorded {
  /** The message of the line. */
  readonly message: string;
  readonly mutation: string;
  /** The person it is about, if it is about one. */
  readonly identity: string | undefined;
  /** What else is known before the write. */
  readonly fields: LogFields;
  /** The name of the outcome when it succeeds. */
  readonly success: string;
  readonly successFields: (resource: unknown) => LogFields;
}

/** Counts how a write ends and logs it, in one line. Observed apart from the caller, who may be gone. */
export function recordOutcome(
  {
    log,
    metrics,
    inFlightWrites,
    caller,
    httpRequestId,
  }: Pick<Context, 'log' | 'metrics' | 'inFlightWrites' | 'caller' | 'httpRequestId'>,
  { message, mutation, identity, fields, success, successFields }: Recorded,
  outcome: Promise<Outcome>,
): void {
  const startedAt = performance.now();
  const record = (name: string, outcomeFields: LogFields) => {
    metrics.countWrite(mutation, name);
    log.info(
      {
        outcome: name,
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
  inFlightWrites.add(outcome);
  void outcome
    .then((ended) =>
      ended.kind === 'done'
        ? record(success, successFields(ended.value))
        : record(ended.error.name, failureFields(ended.error)),
    )
    .finally(() => inFlightWrites.delete(outcome));
}

/** What Twilio said goes to the log alone. */
function failureFields(error: Error): LogFields {
  if (isUnexpected(error)) return { err: error };
  const { requestId, cause } = error as Partial<VerifyError>;
  return { twilioRequestId: requestId ?? undefined, twilio: cause };
}

const isUnexpected = (error: Error): boolean =>
  !(error instanceof VerifyError || error instanceof OperationError);
