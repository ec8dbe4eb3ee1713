import type { Context } from './context.ts';
import type { Outcome } from './outcome.ts';
import { OperationError } from '../errors/operationErrors.ts';
import { VerifyError } from '../errors/verifyError.ts';
import type { LogFields } from '../observability/logFields.ts';
import type { PushKind } from '../observability/metrics.ts';

/** The log line of one kind of write. */
export interface WriteLog<Input, Resource> {
  readonly message: string;
  /** The identity concerned, if any. */
  readonly identity: (input: Input) => string | undefined;
  readonly fields: (input: Input) => LogFields;
  /** The value of the field `outcome` on success. */
  readonly success: string;
  readonly successFields: (resource: Resource) => LogFields;
}

/** How a write got its answer. */
export interface Answered {
  /** Answered by the send of another request: one with the same Idempotency-Key, or a concurrent twin. */
  sharedBy?: 'key' | 'twin';
  /** This request itself sent or may have sent something. */
  wasSent?: boolean;
}

interface RecordedAttempt {
  readonly context: Pick<Context, 'log' | 'metrics' | 'inFlightWrites' | 'caller' | 'httpRequestId'>;
  readonly write: {
    readonly mutation: string;
    readonly push?: PushKind | undefined;
    readonly log: WriteLog<any, any>;
  };
  readonly input: object;
  /** Complete once the outcome is known. */
  readonly answered: Readonly<Answered>;
}

/** Counts and logs the outcome independently of the client, so that every send is recorded even after a disconnect. */
export function recordOutcome(
  { context, write, input, answered }: RecordedAttempt,
  outcome: Promise<Outcome>,
): void {
  const { log, metrics, inFlightWrites, caller, httpRequestId } = context;
  const { mutation, push, log: line } = write;
  const startedAt = performance.now();
  const identity = line.identity(input);
  const record = (ended: Outcome) => {
    const isDone = ended.kind === 'done';
    const name = isDone ? line.success : ended.error.name;
    metrics.countWrite(mutation, name);
    if (push && answered.wasSent) metrics.countPush(push);
    if (answered.sharedBy === 'key') metrics.countReplay();
    log.info(
      {
        outcome: name,
        shared: answered.sharedBy && SHARED[answered.sharedBy],
        identity,
        // Omit the caller if the identity already names them.
        ...(caller.identity !== identity && caller.logFields),
        ...line.fields(input),
        httpRequestId,
        durationMs: Math.round(performance.now() - startedAt),
        ...(isDone ? line.successFields(ended.value) : failureFields(ended.error)),
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

/** Values of the log field `shared`. */
const SHARED = { key: 'replay', twin: 'join' } as const;

/** Twilio's answer is logged, and never shown to clients. */
function failureFields(error: Error): LogFields {
  if (isUnexpected(error)) return { err: error };
  const { requestId, cause } = error as Partial<VerifyError>;
  return { twilioRequestId: requestId ?? undefined, twilio: cause };
}

const isUnexpected = (error: Error): boolean =>
  !(error instanceof VerifyError || error instanceof OperationError);
