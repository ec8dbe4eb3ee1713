import type { Caller } from './authorize.ts';
import type { SandboxState } from './state.ts';

/** One request that has found its route, with a caller who may make it. */
export interface Call {
  readonly state: SandboxState;
  readonly caller: Caller;
  /** What stands in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly origin: string;
  /** Address of the request without its query. */
  readonly url: string;
}
