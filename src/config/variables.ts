import { LOG_LEVELS } from '../observability/log.ts';
import { CALLER_VARIABLES, TWILIO_VARIABLES } from './accountVariables.ts';
import * as rules from './rules.ts';
import type { Variable } from './variable.ts';

/**
 * Every variable, by group: the source of `Settings`, the parser, `--help` and docs/configuration.md. `Config` has each
 * variable under its name in camel case.
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
    ADMIN_PORT: {
      rule: rules.wholeNumber(0, 65_535),
      defaultText: 'off',
      meaning:
        'A port of HOST for health and metrics. PORT then does not serve them. 0 picks a free port and prints it.',
    },
    ALLOWED_ORIGINS: {
      rule: rules.origins,
      defaultText: 'none',
      meaning:
        'The origins whose pages may call from a browser, separated by commas; without authentication their hosts are served too.',
    },
    SUBSCRIPTION_CALLBACK_ORIGINS: {
      rule: rules.origins,
      defaultText: 'none',
      meaning:
        'The origins of routers that may be called back with the results of a subscription (Apollo), separated by commas.',
    },
    GRAPHIQL: {
      rule: rules.onOff,
      defaultText: 'on unless NODE_ENV=production',
      meaning: 'Serves GraphiQL to browsers. Its page runs only its own scripts and calls no other host.',
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
    WEBHOOK_PUBLIC_URL: {
      rule: rules.webhookUrl,
      defaultText: 'webhooks are off',
      meaning:
        'The URL at which Twilio calls /webhooks/verify, written as at Twilio. In front of Twilio it needs TWILIO_AUTH_TOKEN.',
    },
    TRUSTED_DOCUMENTS: {
      rule: rules.trustedDocuments,
      meaning: 'The path of a manifest; only its documents are executed.',
    },
    NODE_ENV: {
      rule: rules.text,
      meaning: 'production turns GraphiQL and introspection off, unless their variables turn them on.',
    },
  },
  'Who may call': CALLER_VARIABLES,
  Twilio: TWILIO_VARIABLES,
  Sends: {
    RESEND_CAP: {
      rule: rules.wholeNumber(1, 100),
      default: '3',
      meaning: 'The resends that Twilio allows per challenge. Clients see it as cap, but Twilio decides.',
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
        'Pushes to an identity within 15 minutes after a denial. One more holds all pushes for 15 minutes. 0 turns the limit off.',
    },
  },
  Limits: {
    LIMIT_REQUESTS_PER_MINUTE: {
      rule: rules.wholeNumber(0, 999_999_999),
      default: '300',
      meaning: 'Requests per caller and minute; 0 turns the limit off.',
    },
    LIMIT_SUBSCRIPTIONS: {
      rule: rules.wholeNumber(0, 100_000),
      default: '5000',
      meaning: 'Open subscriptions of one process.',
    },
    LIMIT_SUBSCRIPTIONS_PER_CALLER: {
      rule: rules.wholeNumber(0, 100_000),
      default: '20',
      meaning: 'Open subscriptions of one caller in one process.',
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
      meaning: 'Levels of nested fields in one operation; 15 for introspection.',
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
    MAX_IN_FLIGHT: {
      rule: rules.wholeNumber(0, 100_000),
      default: '1024',
      meaning:
        'GraphQL requests under way in one process. One more is refused as OVERLOADED before it is read. 0 turns the limit off.',
    },
    UPSTREAM_CONNECTIONS: {
      rule: rules.wholeNumber(1, 1_000),
      default: '64',
      meaning: 'Connections to Twilio; throughput is at most connections divided by latency.',
    },
    UPSTREAM_QUEUE: {
      rule: rules.wholeNumber(0, 10_000),
      default: '128',
      meaning:
        'Calls that may wait for a connection; callers take turns. While the queue is full, requests are refused as OVERLOADED.',
    },
  },
  Redis: {
    REDIS_URL: {
      rule: rules.matching(/^rediss?:\/\/\S+$/, 'must be a redis:// or rediss:// URL'),
      meaning:
        'A redis:// or rediss:// URL; all processes that use it guard their sends together. Several hosts, separated by commas, are a cluster.',
      secret: true,
    },
    REDIS_CLUSTER: {
      rule: rules.onOff,
      default: 'off',
      meaning: 'Treats the one host of REDIS_URL as a member of a cluster.',
    },
    REDIS_PREFIX: {
      rule: rules.matching(/^[\w.:-]{1,64}$/, 'must be up to 64 letters, digits, and any of _ . : -'),
      default: 'verify-push-gateway:',
      meaning: 'The prefix of every key, so that stages and accounts can share one Redis.',
    },
    REDIS_REQUIRED: {
      rule: rules.onOff,
      default: 'off',
      meaning: 'Turns readiness red while Redis cannot be reached. Sends still work.',
    },
    KEPT_ANSWERS_BYTES: {
      rule: rules.wholeNumber(1_000_000, 999_999_999),
      default: '67108864',
      meaning:
        'Bytes of memory for the answers of Idempotency-Keys in one process. Beyond it the oldest are dropped.',
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
      defaultText: '4010, or a free one with createGateway and createTwilio',
      meaning: 'The port of the sandbox. If it is taken, a sandbox embedded in a gateway takes a free port.',
    },
  },
} satisfies Record<string, Record<string, Variable>>;
