import type { Context } from './context.ts';
import type { Outcome } from './outcome.ts';
import { OperationError } from '../errors/operationErrors.ts';
import { VerifyError } from '../errors/verifyError.ts';
import type { LogFields } from '../observability/logFields.ts';

/** What the log line of a write holds. */
export interface WriteLog<Input, Resource> {
  readonly message: string;
  /** The person it is about, if it is about one. */
  readonly identity: (input: Input) => string | undefined;
  readonly fields: (input: Input) => LogFields;
  /** The name of the outcome when it succeeds. */
  readonly success: string;
  readonly successFields: (resource: Resource) => LogFields;
}

interface RecordedWrite<Input, Resource> {
  readonly mutation: string;
  readonly log: WriteLog<Input, Resource>;
}

/** Counts and logs how a write ends, apart from the caller, who may be gone: what was sent leaves a trace in any case. */
export function recordOutcome<Input, Resource>(
  {
    log,
    metrics,
    inFlightWrites,
    caller,
    httpRequestId,
  }: Pick<Context, 'log' | 'metrics' | 'inFlightWrites' | 'caller' | 'httpRequestId'>,
  { mutation, log: line }: RecordedWrite<Input, Resource>,
  input: Input,
  outcome: Promise<Outcome>,
): void {
  const startedAt = performance.now();
  const identity = line.identity(input);
  const record = (ended: Outcome) => {
    const isDone = ended.kind === 'done';
    const name = isDone ? line.success : ended.error.name;
    metrics.countWrite(mutation, name);
    log.info(
      {
        outcome: name,
        identity,
        // A person who asks for themselves is named once.
        ...(caller.identity !== identity && caller.logFields),
        ...line.fields(input),
        httpRequestId,
        durationMs: Math.round(performance.now() - startedAt),
        ...(isDone ? line.successFields(ended.value as Resource) : failureFields(ended.error)),
      },
      line.message,
    );
  };
  inFlightWrites.add(outcome);
  void outcome
    .then(record)
    .catch((error: unknown) =>
      log.error({ mutation, httpRequestId, err: error }, 'a write could not be recorded'),
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
