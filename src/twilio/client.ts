import type { Owner } from '../auth/caller.ts';
import { UpstreamMisconfiguredError } from '../errors/operationErrors.ts';
import { NotFoundError } from '../errors/verifyError.ts';
import type { ChallengeKey, TwilioCause } from '../errors/verifyError.ts';
import { errorFromResponse, parseObject } from './errorFromResponse.ts';
import type { Product, Reply, WireRequest } from './transport.ts';
import { READ } from './errorRules.ts';
import type { ErrorMap } from './errorRules.ts';
import { isMissingPermission } from './missingPermissions.ts';
import { sensitiveValues } from './sensitiveValues.ts';

export type Json = Record<string, unknown>;

/** Every request says whose it is, so that none can reach a person unseen. */
interface OwnedRequest extends WireRequest {
  readonly identity: Owner;
}

export interface ReadRequest extends OwnedRequest {
  readonly method: 'GET';
}

/** A request that changes something. */
export interface WriteRequest extends OwnedRequest {
  readonly method: 'POST' | 'DELETE';
  readonly errorMap: ErrorMap;
  readonly challengeKey?: ChallengeKey;
}

/** Turns the JSON of a success into a resource; undefined when it is not usable. */
export type Read<Resource> = (json: Json) => Resource | undefined;

export interface TwilioClient {
  /**
   * Sends one request that changes something; see `withRetries` for when a second time.
   * @throws the class `errorFromResponse` gives for anything but a usable success.
   */
  write<Resource>(request: WriteRequest, read: Read<Resource>): Promise<Resource>;
  /**
   * Reads; what does not exist is null.
   * @throws the class `errorFromResponse` gives for anything else but a usable success.
   */
  find<Resource>(request: ReadRequest, read: Read<Resource>): Promise<Resource | null>;
  /** Hosts and ports the requests go to. */
  readonly hosts: readonly string[];
  /**
   * True from an answer of Verify that refused our own credentials or account until any other answer, a minute at most:
   * a process that gets no traffic while it is not ready could not find out. An answer that our key may not make this
   * one call changes nothing.
   */
  readonly misconfigured: boolean;
}

const MISCONFIGURED_MS = 60_000;

/**
 * @param credentials what the requests are signed in with, which an answer may repeat.
 * @param onMissingPermission told of each call that our key may not make.
 */
export function createTwilioClient(
  send: (request: WireRequest) => Promise<Reply>,
  hosts: readonly string[],
  credentials: () => readonly string[] = () => [],
  onMissingPermission: (request: WireRequest, cause: TwilioCause) => void = () => {},
): TwilioClient {
  const misconfiguredUntil: Record<Product, number> = { verify: 0, notify: 0 };

  async function attempt<Resource>(
    request: OwnedRequest,
    errorMap: ErrorMap,
    read: Read<Resource>,
    challengeKey?: ChallengeKey,
  ) {
    const reply = await send(request);
    const result =
      resourceOf(request, reply, read) ??
      errorFromResponse(errorMap, reply, {
        challengeKey,
        secrets: () => [...sensitiveValues(request), ...credentials()],
      });
    learn(request, reply, result);
    return result;
  }

  function learn(request: WireRequest, reply: Reply, result: unknown): void {
    const { product = 'verify' } = request;
    if (!(result instanceof UpstreamMisconfiguredError)) {
      if (reply.kind === 'answer') misconfiguredUntil[product] = 0;
    } else if (isMissingPermission(result.cause)) {
      onMissingPermission(request, result.cause!);
    } else misconfiguredUntil[product] = performance.now() + MISCONFIGURED_MS;
  }

  return {
    async write(request, read) {
      const result = await attempt(request, request.errorMap, read, request.challengeKey);
      if (result instanceof Error) throw result;
      return result;
    },
    async find(request, read) {
      const result = await attempt(request, READ, read);
      if (result instanceof NotFoundError) return null;
      if (result instanceof Error) throw result;
      return result;
    },
    hosts,
    get misconfigured() {
      return performance.now() < misconfiguredUntil.verify;
    },
  };
}

function resourceOf<Resource>(
  { method }: WireRequest,
  reply: Reply,
  read: Read<Resource>,
): Resource | undefined {
  if (reply.kind === 'fault' || reply.status < 200 || reply.status > 299) return undefined;
  // The answer to a DELETE has no body.
  if (method === 'DELETE') return read({});
  const json = reply.body === null ? undefined : parseObject(reply.body);
  return json && read(json);
}

/**
 * Builds a path, percent-encoding each value. Dot segments are refused even though input is checked before:
 * encoding leaves them as they are, and a server would walk up the path.
 */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((built, part, index) => {
    const value = values[index - 1]!;
    if (value === '' || value === '.' || value === '..') throw new TypeError('Not a path segment');
    return built + encodeURIComponent(value) + part;
  });
}
