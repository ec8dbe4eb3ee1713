/** The name of a variable of the README. */
export type Variable =
  | 'HOST'
  | 'PORT'
  | 'UPSTREAM'
  | 'AUTH'
  | 'JWT_JWKS_URL'
  | 'JWT_PUBLIC_KEY'
  | 'JWT_ISSUER'
  | 'JWT_AUDIENCE'
  | 'JWT_IDENTITY_CLAIM'
  | 'API_KEYS'
  | 'TWILIO_ACCOUNT_SID'
  | 'TWILIO_AUTH_TOKEN'
  | 'TWILIO_API_KEY'
  | 'TWILIO_API_SECRET'
  | 'TWILIO_EDGE'
  | 'TWILIO_REGION'
  | 'TWILIO_VERIFY_URL'
  | 'TWILIO_NOTIFY_URL'
  | 'ALLOWED_ORIGINS'
  | 'GRAPHIQL'
  | 'TRUSTED_DOCUMENTS'
  | 'INTROSPECTION'
  | 'FEDERATION'
  | 'NODE_ENV'
  | 'REDIS_URL'
  | 'RESEND_CAP'
  | 'RESEND_COOLDOWN_SECONDS'
  | 'RESEND_LIMIT_PER_IDENTITY'
  | 'RESEND_LIMIT_WINDOW_SECONDS'
  | 'PUSH_FATIGUE_LIMIT'
  | 'LIMIT_REQUESTS_PER_MINUTE'
  | 'LIMIT_BODY_BYTES'
  | 'LIMIT_TOKENS'
  | 'LIMIT_CHARACTERS'
  | 'LIMIT_DEPTH'
  | 'LIMIT_ALIASES'
  | 'LIMIT_ROOT_FIELDS'
  | 'LIMIT_DIRECTIVES'
  | 'LIMIT_UPSTREAM_CALLS'
  | 'UPSTREAM_CONNECTIONS'
  | 'UPSTREAM_QUEUE'
  | 'SANDBOX_PORT'
  | 'LOG_LEVEL'
  | 'LOG_FORMAT'
  | 'LOG_HASH_KEY';

/**
 * The variables of the README, by the same names and as text: `process.env`, or those of it that are meant for this
 * gateway. What is left out has its default. The name of a secret followed by `_FILE` names a file that holds it.
 */
export type Settings = {
  readonly [Name in Variable | `${Variable}_FILE`]?: string | undefined;
};
