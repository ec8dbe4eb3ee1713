/** Why a request is not served. */
export interface HttpRefusal {
  /** Of HTTP. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of `extensions` for the client, beside the code. */
  readonly extensions?: object;
}
