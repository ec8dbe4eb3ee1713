import type { Caller } from './authorize.ts';
import type { SandboxState } from './state.ts';

/** A routed and authorized request. */
export interface Call {
  readonly state: SandboxState;
  readonly caller: Caller;
  /** The decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly origin: string;
  /** URL of the request, without its query. */
  readonly url: string;
}
