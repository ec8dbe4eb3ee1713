import type { LogFields } from '../observability/logFields.ts';

export const SCOPES = [
  'verify:resend',
  'verify:read',
  'verify:write',
  'verify:admin',
  'verify:any-identity',
  'notify:send',
  'notify:read',
  'notify:write',
] as const;
export type Scope = (typeof SCOPES)[number];

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);

/** The request does not name the owner: any identity is possible. */
export const ANY_OWNER = Symbol('any owner');

/** Owner of a resource: one identity, several, unknown (ANY_OWNER) or none (null, for example a service). */
export type Owner = string | readonly string[] | typeof ANY_OWNER | null;

/** The sender of a request, with identity and scopes. */
export class Caller {
  /** Unique among callers. It contains personal data, so it must not be logged. */
  readonly name: string;
  /** Undefined when authentication is off. */
  readonly signedInWith: 'token' | 'apiKey' | undefined;
  /** The caller's Verify identity; null for a service. */
  readonly identity: string | null;
  /** Identifies the caller in the log. */
  readonly logFields: LogFields;
  /** When the credential expires, in milliseconds since 1970; undefined when it does not. */
  readonly expiresAt: number | undefined;
  readonly #scopes: ReadonlySet<Scope>;

  constructor(
    name: string,
    options: {
      readonly signedInWith?: 'token' | 'apiKey';
      readonly identity?: string | null;
      readonly logFields?: LogFields;
      readonly expiresAt?: number;
      readonly scopes: Iterable<Scope>;
    },
  ) {
    this.name = name;
    this.signedInWith = options.signedInWith;
    this.identity = options.identity ?? null;
    this.logFields = options.logFields ?? {};
    this.expiresAt = options.expiresAt;
    this.#scopes = new Set(options.scopes);
  }

  has(scope: Scope): boolean {
    return this.#scopes.has(scope);
  }

  /** A person may access their own resources and those without an owner. */
  mayAccess(owner: Owner): boolean {
    if (owner === null || this.#scopes.has('verify:any-identity')) return true;
    if (owner === ANY_OWNER) return false;
    if (typeof owner === 'string') return owner === this.identity;
    return owner.every((identity) => identity === this.identity);
  }
}

/** Every caller while authentication is off. */
export const ANYONE = new Caller('anyone', { scopes: SCOPES });
