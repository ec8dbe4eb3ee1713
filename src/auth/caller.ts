import type { LogFields } from '../observability/logFields.ts';

/** What a caller may be allowed to do. */
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

/** It may be about any person, and it is not known which. */
export const ANY_OWNER = Symbol('any owner');

/** Whom something is about: a person, several, anybody, or nobody (null), such as a service. */
export type Owner = string | readonly string[] | typeof ANY_OWNER | null;

/** Who is calling, and what they may do. */
export class Caller {
  /** What tells this caller from every other one. Personal: not for a log. */
  readonly name: string;
  /** Undefined when nobody signs in here. */
  readonly signedInWith: 'token' | 'apiKey' | undefined;
  /** The person the caller is; null for a service. */
  readonly identity: string | null;
  /** Who it is, for the log. */
  readonly logFields: LogFields;
  readonly #scopes: ReadonlySet<Scope>;

  constructor(
    name: string,
    options: {
      readonly signedInWith?: 'token' | 'apiKey';
      readonly identity?: string | null;
      readonly logFields?: LogFields;
      readonly scopes: Iterable<Scope>;
    },
  ) {
    this.name = name;
    this.signedInWith = options.signedInWith;
    this.identity = options.identity ?? null;
    this.logFields = options.logFields ?? {};
    this.#scopes = new Set(options.scopes);
  }

  has(scope: Scope): boolean {
    return this.#scopes.has(scope);
  }

  /** A person may touch what is theirs, and what is nobody's. */
  mayAccess(owner: Owner): boolean {
    if (owner === null || this.#scopes.has('verify:any-identity')) return true;
    if (owner === ANY_OWNER) return false;
    if (typeof owner === 'string') return owner === this.identity;
    return owner.every((identity) => identity === this.identity);
  }
}

/** Whoever calls, where nobody signs in. */
export const ANYONE = new Caller('anyone', { scopes: SCOPES });
