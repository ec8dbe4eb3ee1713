/** The response to a request that is refused before execution. */
export interface HttpRefusal {
  /** HTTP status. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the `extensions` of the error, next to the code. */
  readonly extensions?: object;
}
