/** Twilio keeps signing with the token before until the new one is made primary, which a person does. */
const PREVIOUS_TOKEN_MS = 24 * 60 * 60 * 1000;

/** The auth tokens that Twilio may sign with: the configured one, and for a day the one before. */
export class SigningTokens {
  readonly #now: () => number;
  #current: string | null;
  #previous: { readonly token: string; readonly expiresAt: number } | undefined;

  /**
   * @param token null: no request counts as signed
   * @param now a monotonic clock in milliseconds
   */
  constructor(token: string | null, now: () => number = () => performance.now()) {
    this.#current = token;
    this.#now = now;
  }

  /** The same token changes nothing. */
  replace(token: string | null): void {
    if (token === this.#current) return;
    this.#previous =
      this.#current === null
        ? undefined
        : { token: this.#current, expiresAt: this.#now() + PREVIOUS_TOKEN_MS };
    this.#current = token;
  }

  get all(): readonly string[] {
    if (this.#previous && this.#previous.expiresAt <= this.#now()) this.#previous = undefined;
    return [this.#current, this.#previous?.token].filter((token) => typeof token === 'string');
  }
}
