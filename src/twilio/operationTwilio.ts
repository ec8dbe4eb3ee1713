import { TooManyUpstreamCallsError } from '../errors.ts';
import type { Read, ReadRequest, Twilio, WriteRequest } from './request.ts';

/**
 * Twilio for one operation, which may make at most `limit` calls: the next one throws before it is sent.
 * Reads end when the client leaves; writes go on, so that their outcome is known.
 */
export class OperationTwilio implements Twilio {
  readonly #twilio: Twilio;
  readonly #limit: number;
  readonly #clientLeft: () => AbortSignal | undefined;
  #calls = 0;

  constructor(twilio: Twilio, limit: number, clientLeft: () => AbortSignal | undefined) {
    this.#twilio = twilio;
    this.#limit = limit;
    this.#clientLeft = clientLeft;
  }

  write<Resource>(request: WriteRequest, read: Read<Resource>): Promise<Resource> {
    return this.#count() ?? this.#twilio.write(request, read);
  }

  find<Resource>(request: ReadRequest, read: Read<Resource>): Promise<Resource | null> {
    return this.#count() ?? this.#twilio.find({ ...request, signal: this.#clientLeft() }, read);
  }

  get host(): string {
    return this.#twilio.host;
  }

  get misconfigured(): boolean {
    return this.#twilio.misconfigured;
  }

  #count(): Promise<never> | undefined {
    this.#calls += 1;
    return this.#calls > this.#limit ? Promise.reject(new TooManyUpstreamCallsError(this.#limit)) : undefined;
  }
}
