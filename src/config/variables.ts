import type { KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { apiKeyOf } from '../auth/apiKeys.ts';
import type { ApiKey } from '../auth/apiKeys.ts';
import { SCOPES } from '../auth/caller.ts';
import { issuerKeyOf } from '../auth/issuerKey.ts';
import { readTrustedDocuments } from '../documents/trustedDocuments.ts';
import type { TrustedDocuments } from '../documents/trustedDocuments.ts';
import { isLoopback } from './loopback.ts';
import type { Variable } from './settings.ts';

/** An environment: values by the names of variables. */
export type Variables = Readonly<Record<string, string | undefined>>;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const wholeNumber = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
};
const oneOf = <const Values extends readonly string[]>(values: Values) =>
  v.picklist(values, `must be one of ${values.join(', ')}`);
const matching = (pattern: RegExp, message: string) =>
  v.optional(v.pipe(v.string(), v.regex(pattern, message)));
const onOff = v.optional(
  v.pipe(
    oneOf(['on', 'off', 'true', 'false', '1', '0']),
    v.transform((text) => ['on', 'true', '1'].includes(text)),
  ),
);
const httpUrl = v.optional(
  v.pipe(
    v.string(),
    v.check(
      (text) => isPlainHttpUrl(text),
      'must be an http or https URL without credentials, query or fragment',
    ),
    v.transform((text) => new URL(text)),
  ),
);
const origins = v.optional(
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',').map((origin) => origin.trim())),
    v.check(
      (list) => list.every((origin) => isPlainHttpUrl(origin) && new URL(origin).origin === origin),
      'must be origins such as https://app.example.com, separated by commas; * is not accepted',
    ),
  ),
);

const jwksUrl = v.optional(
  v.pipe(
    v.string(),
    v.check(
      (text) => isSafeUrl(text),
      'must be an https URL without credentials; whoever can change what it answers can sign in as anybody',
    ),
    v.transform((text) => new URL(text)),
  ),
);
const publicKey = v.optional(
  v.pipe(
    v.string(),
    v.transform((text) => issuerKeyOf(text)),
    v.check(
      (key) => key !== undefined,
      'must be a public key in PEM: RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519; never a private one',
    ),
    v.transform((key) => key as KeyObject),
  ),
);
const apiKeys = v.optional(
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',').map((entry) => apiKeyOf(entry.trim()))),
    v.check(
      (keys) => !keys.includes(undefined),
      `must be name:sha256hex or name:sha256hex:scope+scope, separated by commas; scopes are ${SCOPES.join(', ')}`,
    ),
    v.transform((keys) => keys as readonly ApiKey[]),
  ),
);

const trustedDocuments = v.optional(
  v.pipe(
    v.string(),
    v.transform((path) => readTrustedDocuments(path)),
    v.check(
      (documents) => typeof documents !== 'string',
      ({ input }) => input as string,
    ),
    v.transform((documents) => documents as TrustedDocuments),
  ),
);

/** Every variable this gateway reads: its rule, and its value when it is not set. */
export const Environment = v.object({
  HOST: v.optional(
    v.pipe(v.string(), v.regex(/^[\w.:-]+$/, 'must be a host name or an IP address')),
    '127.0.0.1',
  ),
  PORT: v.optional(wholeNumber(0, 65_535), '4000'),
  UPSTREAM: v.optional(oneOf(['sandbox', 'twilio'])),
  AUTH: v.optional(oneOf(['required', 'none'])),
  JWT_JWKS_URL: jwksUrl,
  JWT_PUBLIC_KEY: publicKey,
  JWT_ISSUER: v.optional(v.string()),
  JWT_AUDIENCE: v.optional(v.string()),
  JWT_IDENTITY_CLAIM: v.optional(v.string(), 'sub'),
  API_KEYS: apiKeys,
  TWILIO_ACCOUNT_SID: matching(/^AC[0-9a-fA-F]{32}$/, 'must be AC followed by 32 hexadecimal digits'),
  TWILIO_AUTH_TOKEN: matching(/^[\x21-\x7e]+$/, 'must be printable and without spaces'),
  TWILIO_API_KEY: matching(/^SK[0-9a-fA-F]{32}$/, 'must be SK followed by 32 hexadecimal digits'),
  TWILIO_API_SECRET: matching(/^[\x21-\x7e]+$/, 'must be printable and without spaces'),
  TWILIO_EDGE: matching(/^[a-z][a-z-]*$/, 'must be the name of an edge, such as ashburn'),
  TWILIO_REGION: matching(/^[a-z]{2}\d$/, 'must be the name of a region, such as us1'),
  TWILIO_VERIFY_URL: httpUrl,
  TWILIO_NOTIFY_URL: httpUrl,
  ALLOWED_ORIGINS: origins,
  GRAPHIQL: onOff,
  TRUSTED_DOCUMENTS: trustedDocuments,
  INTROSPECTION: onOff,
  NODE_ENV: v.optional(v.string()),
  FEDERATION: onOff,
  REDIS_URL: matching(/^rediss?:\/\/\S+$/, 'must be a redis:// or rediss:// URL'),
  RESEND_CAP: v.optional(wholeNumber(1, 100), '3'),
  RESEND_COOLDOWN_SECONDS: v.optional(wholeNumber(0, 3_600), '20'),
  RESEND_LIMIT_PER_IDENTITY: v.optional(wholeNumber(0, 1_000)),
  RESEND_LIMIT_WINDOW_SECONDS: v.optional(wholeNumber(1, 86_400), '900'),
  PUSH_FATIGUE_LIMIT: v.optional(wholeNumber(0, 1_000), '3'),
  LIMIT_REQUESTS_PER_MINUTE: v.optional(wholeNumber(0, 999_999_999), '300'),
  LIMIT_BODY_BYTES: v.optional(wholeNumber(1_000, 10_000_000), '100000'),
  LIMIT_TOKENS: v.optional(wholeNumber(10, 100_000), '1000'),
  LIMIT_CHARACTERS: v.optional(wholeNumber(100, 1_000_000), '10000'),
  LIMIT_DEPTH: v.optional(wholeNumber(1, 100), '8'),
  LIMIT_ALIASES: v.optional(wholeNumber(0, 10_000), '10'),
  LIMIT_ROOT_FIELDS: v.optional(wholeNumber(1, 10_000), '10'),
  LIMIT_DIRECTIVES: v.optional(wholeNumber(0, 10_000), '20'),
  LIMIT_UPSTREAM_CALLS: v.optional(wholeNumber(1, 1_000), '20'),
  UPSTREAM_CONNECTIONS: v.optional(wholeNumber(1, 1_000), '64'),
  UPSTREAM_QUEUE: v.optional(wholeNumber(0, 10_000), '128'),
  SANDBOX_PORT: v.optional(wholeNumber(0, 65_535), '4010'),
  LOG_LEVEL: v.optional(oneOf(LOG_LEVELS), 'info'),
  LOG_FORMAT: v.optional(oneOf(['json', 'pretty'])),
  LOG_HASH_KEY: matching(/^[\x21-\x7e]{16,}$/, 'must be at least 16 printable characters without spaces'),
} satisfies Record<Variable, v.GenericSchema<any, unknown>>);
export type Environment = v.InferOutput<typeof Environment>;

/** Variables that hold a secret. Each may name a file instead, as NAME_FILE. */
export const SECRETS: readonly string[] = [
  'TWILIO_AUTH_TOKEN',
  // No secret, but it changes together with its secret.
  'TWILIO_API_KEY',
  'TWILIO_API_SECRET',
  'REDIS_URL',
  'LOG_HASH_KEY',
  'API_KEYS',
  'JWT_PUBLIC_KEY',
];

export const fileVariable = (secret: string): string => `${secret}_FILE`;

/** The name of every variable this gateway reads. */
export const VARIABLES: readonly string[] = [
  ...Object.keys(Environment.entries),
  ...SECRETS.map(fileVariable),
];

function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !password && !search && !hash;
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isPrivate && !username && !password;
}
