import type { Caller, Owner } from '../auth/caller.ts';
import { ForbiddenError, TooManyUpstreamCallsError } from '../errors/operationErrors.ts';
import type { Read, ReadRequest, TwilioClient, WriteRequest } from '../twilio/client.ts';

/**
 * The Twilio client of one operation. It checks the caller's access to the owner of each request, so no path through the
 * schema bypasses the check, and allows at most `limit` calls: the next one throws before it is sent. When the client
 * disconnects, reads are cancelled; writes continue, so that their outcome is known.
 */
export class GuardedTwilio implements TwilioClient {
  readonly #twilio: TwilioClient;
  readonly #caller: Caller;
  readonly #limit: number;
  readonly #disconnectSignal: () => AbortSignal | undefined;
  readonly #callerKey: string;
  #calls = 0;

  constructor(
    twilio: TwilioClient,
    {
      caller,
      limit,
      disconnectSignal,
      callerKey = caller.name,
    }: {
      readonly caller: Caller;
      readonly limit: number;
      /** Defaults to the caller's name. */
      readonly callerKey?: string | undefined;
      readonly disconnectSignal: () => AbortSignal | undefined;
    },
  ) {
    this.#twilio = twilio;
    this.#caller = caller;
    this.#limit = limit;
    this.#disconnectSignal = disconnectSignal;
    this.#callerKey = callerKey;
  }

  /**
   * Called before a write is shared, because a twin must not get this error.
   * @throws TooManyUpstreamCallsError if the next call would.
   */
  checkCallsLeft(): void {
    if (this.#calls >= this.#limit) throw new TooManyUpstreamCallsError(this.#limit);
  }

  /** The same client with a deadline for writes, as `performance.now()`. */
  endingBy(deadline: number): TwilioClient {
    return {
      hosts: this.hosts,
      misconfigured: this.misconfigured,
      find: (request, read) => this.find(request, read),
      write: (request, read) => this.write({ ...request, deadline }, read),
    };
  }

  write<Resource>(request: WriteRequest, read: Read<Resource>): Promise<Resource> {
    return (
      this.#refusal(request.identity) ?? this.#twilio.write({ ...request, caller: this.#callerKey }, read)
    );
  }

  find<Resource>(request: ReadRequest, read: Read<Resource>): Promise<Resource | null> {
    return (
      this.#refusal(request.identity) ??
      this.#twilio.find({ ...request, signal: this.#disconnectSignal(), caller: this.#callerKey }, read)
    );
  }

  get hosts(): readonly string[] {
    return this.#twilio.hosts;
  }

  get misconfigured(): boolean {
    return this.#twilio.misconfigured;
  }

  #refusal(owner: Owner): Promise<never> | undefined {
    this.#calls += 1;
    if (this.#calls > this.#limit) return Promise.reject(new TooManyUpstreamCallsError(this.#limit));
    return this.#caller.mayAccess(owner)
      ? undefined
      : Promise.reject(new ForbiddenError(this.#caller.logFields));
  }
}
