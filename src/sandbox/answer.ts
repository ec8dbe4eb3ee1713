/** A request as received. */
export interface SandboxRequest {
  readonly method: string;
  /** Path as received, without query. */
  readonly path: string;
  readonly query: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** Undefined if it is larger than the sandbox accepts. */
  readonly body: string | undefined;
  /** Scheme, host and port of the sandbox, for `url` and `links`. */
  readonly origin: string;
}

export interface Answer {
  readonly status: number;
  /** Undefined for an empty body. */
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (json: object): Answer => ({ status: 200, json });
export const created = (json: object): Answer => ({ status: 201, json });
export const NO_CONTENT: Answer = { status: 204 };
