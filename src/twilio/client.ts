import type { Owner } from '../auth/caller.ts';
import { UpstreamMisconfiguredError } from '../errors/operationErrors.ts';
import { NotFoundError } from '../errors/verifyError.ts';
import type { ChallengeKey, TwilioCause } from '../errors/verifyError.ts';
import { errorFromResponse, parseObject } from './errorFromResponse.ts';
import type { Reply } from './reply.ts';
import type { Product, WireRequest } from './transport.ts';
import { READ } from './errorRules.ts';
import type { ErrorMap, UpstreamError } from './errorRules.ts';
import { isMissingPermission } from './missingPermissions.ts';
import { sensitiveValues } from './sensitiveValues.ts';

export type Json = Record<string, unknown>;

/** The type requires an owner for every request, so that no request skips the access check. */
interface OwnedRequest extends WireRequest {
  readonly identity: Owner;
}

export interface ReadRequest extends OwnedRequest {
  readonly method: 'GET';
}

export interface WriteRequest extends OwnedRequest {
  readonly method: 'POST' | 'DELETE';
  readonly errorMap: ErrorMap;
  readonly challengeKey?: ChallengeKey;
}

/** Converts the JSON of a success to a resource; undefined if it is unusable. */
export type Read<Resource> = (json: Json) => Resource | undefined;

export interface TwilioClient {
  /**
   * Sends a write; `withRetries` decides whether it may be repeated.
   * @throws an error of `errorFromResponse` for anything but a usable success.
   */
  write<Resource>(request: WriteRequest, read: Read<Resource>): Promise<Resource>;
  /**
   * Reads a resource; null on 404.
   * @throws an error of `errorFromResponse` for anything else but a usable success.
   */
  find<Resource>(request: ReadRequest, read: Read<Resource>): Promise<Resource | null>;
  /** Hosts and ports of the upstream. */
  readonly hosts: readonly string[];
  /**
   * True after Verify refused our credentials or account, until any other answer. Expires after a minute, because a
   * process that is not ready gets no traffic and could not recover. A missing permission for one call does not count.
   */
  readonly misconfigured: boolean;
}

const MISCONFIGURED_MS = 60_000;

/**
 * @param credentials removed from Twilio's texts, which may echo them
 * @param onMissingPermission called for each call that our key lacks the permission for
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
      if (isFailure(result)) throw result;
      return result;
    },
    async find(request, read) {
      const result = await attempt(request, READ, read);
      if (result instanceof NotFoundError) return null;
      if (isFailure(result)) throw result;
      return result;
    },
    hosts,
    get misconfigured() {
      return performance.now() < misconfiguredUntil.verify;
    },
  };
}

const isFailure = (result: unknown): result is UpstreamError => result instanceof Error;

function resourceOf<Resource>(
  { method }: WireRequest,
  reply: Reply,
  read: Read<Resource>,
): Resource | undefined {
  if (reply.kind === 'fault' || reply.status < 200 || reply.status > 299) return undefined;
  // A DELETE is answered without a body.
  if (method === 'DELETE') return read({});
  const json = reply.body === null ? undefined : parseObject(reply.body);
  return json && read(json);
}

/**
 * Builds a path, percent-encoding each value. Refuses dot segments even though input is validated: encoding keeps them,
 * and a server would resolve them to another path.
 */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((built, part, index) => {
    const value = values[index - 1]!;
    if (value === '' || value === '.' || value === '..') throw new TypeError('Not a path segment');
    return built + encodeURIComponent(value) + part;
  });
}
