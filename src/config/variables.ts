import { LOG_LEVELS } from '../observability/log.ts';
import * as rules from './rules.ts';
import type { Variable } from './variable.ts';

/**
 * Every variable, by group. From here come `Settings`, what is read, `--help` and docs/configuration.md; `Config` has
 * each variable under its name in camel case.
 */
export const VARIABLE_GROUPS = {
  Serving: {
    HOST: {
      rule: rules.matching(/^[\w.:-]+$/, 'must be a host name or an IP address'),
      default: '127.0.0.1',
      meaning: 'The host name or IP address to listen on.',
    },
    PORT: {
      rule: rules.wholeNumber(0, 65_535),
      default: '4000',
      meaning: 'The port to listen on; 0 picks a free port and prints it.',
    },
    ALLOWED_ORIGINS: {
      rule: rules.origins,
      defaultText: 'none',
      meaning: 'Origins whose pages may call from a browser, separated by commas.',
    },
    GRAPHIQL: {
      rule: rules.onOff,
      defaultText: 'on unless NODE_ENV=production',
      meaning: 'Serves GraphiQL to browsers; its page runs only its own scripts and asks no other host.',
    },
    INTROSPECTION: {
      rule: rules.onOff,
      defaultText: 'on unless NODE_ENV=production',
      meaning:
        'Shows the schema; off refuses __schema, answers __type with null and suggests no names in errors.',
    },
    FEDERATION: {
      rule: rules.onOff,
      default: 'off',
      meaning: 'Serves a subgraph of Federation 2, with _service and _entities.',
    },
    TRUSTED_DOCUMENTS: {
      rule: rules.trustedDocuments,
      meaning: 'The path of a manifest; only its documents are executed.',
    },
    NODE_ENV: {
      rule: rules.text,
      meaning: 'The value production turns GraphiQL and introspection off, unless they are turned on.',
    },
  },
  'Who may call': {
    AUTH: {
      rule: rules.oneOf(['required', 'none']),
      defaultText: 'required in front of Twilio or on an address that is not loopback, else none',
      meaning: 'Whether callers must sign in; with none, anybody may do everything.',
    },
    JWT_JWKS_URL: {
      rule: rules.jwksUrl,
      meaning: 'The https URL at which the issuer of bearer tokens publishes its keys.',
    },
    JWT_PUBLIC_KEY: {
      rule: rules.publicKey,
      meaning: 'The one public key of the issuer in PEM, in place of JWT_JWKS_URL.',
      secret: true,
    },
    JWT_ISSUER: {
      rule: rules.text,
      meaning: 'The iss of the tokens; needed with JWT_JWKS_URL or JWT_PUBLIC_KEY.',
    },
    JWT_AUDIENCE: {
      rule: rules.text,
      meaning: 'The aud of the tokens; needed with JWT_JWKS_URL or JWT_PUBLIC_KEY.',
    },
    JWT_IDENTITY_CLAIM: {
      rule: rules.text,
      default: 'sub',
      meaning: 'The claim that must equal the identity argument.',
    },
    API_KEYS: {
      rule: rules.apiKeys,
      meaning: 'API keys as name:sha256hex or name:sha256hex:scope+scope, separated by commas.',
      secret: true,
    },
  },
  Twilio: {
    UPSTREAM: {
      rule: rules.oneOf(['sandbox', 'twilio']),
      defaultText: 'sandbox without a Twilio credential, else twilio',
      meaning: 'What the gateway calls; half a credential is an error and never starts the sandbox.',
    },
    TWILIO_ACCOUNT_SID: {
      rule: rules.matching(/^AC[0-9a-fA-F]{32}$/, 'must be AC followed by 32 hexadecimal digits'),
      meaning: 'The SID of the account: AC and 32 hexadecimal digits.',
    },
    TWILIO_AUTH_TOKEN: {
      rule: rules.printable,
      meaning: 'The auth token of the account; signs in when there is no API key.',
      secret: true,
    },
    TWILIO_API_KEY: {
      rule: rules.matching(/^SK[0-9a-fA-F]{32}$/, 'must be SK followed by 32 hexadecimal digits'),
      meaning: 'The SID of an API key, which is preferred to the auth token: SK and 32 hexadecimal digits.',
      // It changes together with its secret.
      secret: true,
    },
    TWILIO_API_SECRET: { rule: rules.printable, meaning: 'The secret of TWILIO_API_KEY.', secret: true },
    TWILIO_EDGE: {
      rule: rules.matching(/^[a-z][a-z-]*$/, 'must be the name of an edge, such as ashburn'),
      meaning: 'The edge in the host names, as in verify.EDGE.REGION.twilio.com.',
    },
    TWILIO_REGION: {
      rule: rules.matching(/^[a-z]{2}\d$/, 'must be the name of a region, such as us1'),
      defaultText: 'us1 with an edge',
      meaning: 'The region in the host names; needs TWILIO_EDGE.',
    },
    TWILIO_VERIFY_URL: {
      rule: rules.httpUrl,
      defaultText: "Twilio's host",
      meaning: 'Another base URL for Verify, such as that of a proxy or a mock.',
    },
    TWILIO_NOTIFY_URL: {
      rule: rules.httpUrl,
      defaultText: "Twilio's host",
      meaning: 'Another base URL for Notify, such as that of a proxy or a mock.',
    },
  },
  Sends: {
    RESEND_CAP: {
      rule: rules.wholeNumber(1, 100),
      default: '3',
      meaning: 'The resends Twilio allows per challenge; clients see it as cap, but Twilio decides.',
    },
    RESEND_COOLDOWN_SECONDS: {
      rule: rules.wholeNumber(0, 3_600),
      default: '20',
      meaning: 'Seconds from one push of a challenge to the next; 0 turns the cooldown off.',
    },
    RESEND_LIMIT_PER_IDENTITY: {
      rule: rules.wholeNumber(0, 1_000),
      defaultText: '5, or 0 with the sandbox',
      meaning: 'Resends per identity and window; 0 turns the limit off.',
    },
    RESEND_LIMIT_WINDOW_SECONDS: {
      rule: rules.wholeNumber(1, 86_400),
      default: '900',
      meaning: 'The window of RESEND_LIMIT_PER_IDENTITY, in seconds.',
    },
    PUSH_FATIGUE_LIMIT: {
      rule: rules.wholeNumber(0, 1_000),
      default: '3',
      meaning:
        'Pushes to an identity within 15 minutes of a denial; one more stops them for 15 minutes; 0 is no limit.',
    },
  },
  Limits: {
    LIMIT_REQUESTS_PER_MINUTE: {
      rule: rules.wholeNumber(0, 999_999_999),
      default: '300',
      meaning: 'Requests per caller and minute; 0 turns the limit off.',
    },
    LIMIT_BODY_BYTES: {
      rule: rules.wholeNumber(1_000, 10_000_000),
      default: '100000',
      meaning: 'Bytes of a request; a larger one is refused while it arrives.',
    },
    LIMIT_CHARACTERS: {
      rule: rules.wholeNumber(100, 1_000_000),
      default: '10000',
      meaning: 'Characters of a document; a longer one is refused before it is parsed.',
    },
    LIMIT_TOKENS: {
      rule: rules.wholeNumber(10, 100_000),
      default: '1000',
      meaning: 'Tokens of a document; a longer one is refused while it is parsed.',
    },
    LIMIT_DEPTH: {
      rule: rules.wholeNumber(1, 100),
      default: '8',
      meaning: 'Fields within fields in one operation; introspection may have 15.',
    },
    LIMIT_ALIASES: {
      rule: rules.wholeNumber(0, 10_000),
      default: '10',
      meaning: 'Aliases in one operation.',
    },
    LIMIT_ROOT_FIELDS: {
      rule: rules.wholeNumber(1, 10_000),
      default: '10',
      meaning: 'Root fields in one operation.',
    },
    LIMIT_DIRECTIVES: {
      rule: rules.wholeNumber(0, 10_000),
      default: '20',
      meaning: 'Directives in one operation.',
    },
    LIMIT_UPSTREAM_CALLS: {
      rule: rules.wholeNumber(1, 1_000),
      default: '20',
      meaning: 'Calls to Twilio per operation, retries not counted; the next one is TOO_MANY_UPSTREAM_CALLS.',
    },
    UPSTREAM_CONNECTIONS: {
      rule: rules.wholeNumber(1, 1_000),
      default: '64',
      meaning: 'Connections to Twilio; throughput is at most connections divided by latency.',
    },
    UPSTREAM_QUEUE: {
      rule: rules.wholeNumber(0, 10_000),
      default: '128',
      meaning: 'Requests that may wait for a connection; one more is RateLimitedError at once.',
    },
  },
  Redis: {
    REDIS_URL: {
      rule: rules.matching(/^rediss?:\/\/\S+$/, 'must be a redis:// or rediss:// URL'),
      meaning: 'A redis:// or rediss:// URL; all processes that use it guard their sends together.',
      secret: true,
    },
  },
  Log: {
    LOG_LEVEL: {
      rule: rules.oneOf(LOG_LEVELS),
      default: 'info',
      meaning: 'The lowest level that is logged.',
    },
    LOG_FORMAT: {
      rule: rules.oneOf(['json', 'pretty']),
      defaultText: 'json, or pretty on a terminal',
      meaning: 'The form of a line; JSON is written in batches, every half second at the latest.',
    },
    LOG_HASH_KEY: {
      rule: rules.matching(/^[\x21-\x7e]{16,}$/, 'must be at least 16 printable characters without spaces'),
      defaultText: 'random',
      meaning: 'The key that hashes identities in the log: at least 16 characters.',
      secret: true,
    },
  },
  Sandbox: {
    SANDBOX_PORT: {
      rule: rules.wholeNumber(0, 65_535),
      default: '4010',
      meaning: 'The port of the command sandbox.',
    },
  },
} satisfies Record<string, Record<string, Variable>>;
