import type { Context } from './context.ts';
import type { Outcome } from './outcome.ts';
import { OperationError } from '../errors/operationErrors.ts';
import { VerifyError } from '../errors/verifyError.ts';
import type { LogFields } from '../observability/logFields.ts';
import type { PushKind } from '../observability/metrics.ts';

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

/** How a write was answered. */
export interface Answered {
  /** Another request's send answers it: that of its Idempotency-Key, or of a twin at the same time. */
  sharedBy?: 'key' | 'twin';
  /** It sent something itself, or may have. */
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
  /** Complete when the outcome is known. */
  readonly answered: Readonly<Answered>;
}

/** Counts and logs how a write ends, apart from the caller, who may be gone: what was sent leaves a trace in any case. */
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
        // A person who asks for themselves is named once.
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

/** In the words of the log. */
const SHARED = { key: 'replay', twin: 'join' } as const;

/** What Twilio said goes to the log alone. */
function failureFields(error: Error): LogFields {
  if (isUnexpected(error)) return { err: error };
  const { requestId, cause } = error as Partial<VerifyError>;
  return { twilioRequestId: requestId ?? undefined, twilio: cause };
}

const isUnexpected = (error: Error): boolean =>
  !(error instanceof VerifyError || error instanceof OperationError);
