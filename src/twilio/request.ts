import { ChallengeNotFoundError, UpstreamMisconfiguredError } from '../errors.ts';
import { errorFromResponse, parseObject } from './errorFromResponse.ts';
import type { Asked } from './errorFromResponse.ts';
import type { Reply, WireRequest } from './exchange.ts';

export type Json = Record<string, unknown>;
export type TwilioRequest = WireRequest & Asked;

/** Turns the JSON of a success into a resource; undefined when it is not usable. */
export type Read<Resource> = (json: Json) => Resource | undefined;

export interface Twilio {
  /**
   * Sends one request, once.
   * @throws the class `errorFromResponse` gives for anything but a usable success.
   */
  request<Resource>(request: TwilioRequest, read: Read<Resource>): Promise<Resource>;
  /** A read by key: like `request`, but what does not exist is null. */
  find<Resource>(request: TwilioRequest, read: Read<Resource>): Promise<Resource | null>;
  /** Host and port the requests go to. */
  readonly host: string;
  /**
   * True from an answer that refused our own credentials or account until any other answer, a minute at most:
   * a process that gets no traffic while it is not ready could not find out.
   */
  readonly misconfigured: boolean;
}

const MISCONFIGURED_MS = 60_000;

export function createRequest(exchange: (request: WireRequest) => Promise<Reply>, host: string): Twilio {
  let misconfiguredUntil = 0;

  async function attempt<Resource>(request: TwilioRequest, read: Read<Resource>) {
    const reply = await exchange(request);
    const result = resourceOf(reply, read) ?? errorFromResponse(request, reply);
    if (result instanceof UpstreamMisconfiguredError) misconfiguredUntil = Date.now() + MISCONFIGURED_MS;
    else if (reply.kind === 'answer') misconfiguredUntil = 0;
    return result;
  }

  return {
    async request(request, read) {
      const result = await attempt(request, read);
      if (result instanceof Error) throw result;
      return result;
    },
    async find(request, read) {
      const result = await attempt(request, read);
      if (result instanceof ChallengeNotFoundError) return null;
      if (result instanceof Error) throw result;
      return result;
    },
    host,
    get misconfigured() {
      return Date.now() < misconfiguredUntil;
    },
  };
}

function resourceOf<Resource>(reply: Reply, read: Read<Resource>): Resource | undefined {
  if (reply.kind === 'fault' || reply.body === null || reply.status < 200 || reply.status > 299)
    return undefined;
  const json = parseObject(reply.body);
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
