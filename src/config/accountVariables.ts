import * as rules from './rules.ts';
import type { Variable } from './variable.ts';

/** Variables for authenticating callers. */
export const CALLER_VARIABLES = {
  AUTH: {
    rule: rules.oneOf(['required', 'none']),
    defaultText: 'required in front of Twilio or on an address that is not loopback, else none',
    meaning: 'Whether callers must authenticate. With none, every caller may do everything.',
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
} satisfies Record<string, Variable>;

/** Variables for reaching Twilio and authenticating there. */
export const TWILIO_VARIABLES = {
  UPSTREAM: {
    rule: rules.oneOf(['sandbox', 'twilio']),
    defaultText: 'sandbox without a Twilio credential, else twilio',
    meaning:
      'The service that the gateway calls. Half a credential is an error and never starts the sandbox.',
  },
  TWILIO_ACCOUNT_SID: {
    rule: rules.matching(/^AC[0-9a-fA-F]{32}$/, 'must be AC followed by 32 hexadecimal digits'),
    meaning: 'The SID of the account: AC and 32 hexadecimal digits.',
  },
  TWILIO_AUTH_TOKEN: {
    rule: rules.printable,
    meaning:
      'The auth token of the account, used if there is no API key. It also checks the signatures of webhooks.',
    secret: true,
  },
  TWILIO_API_KEY: {
    rule: rules.matching(/^SK[0-9a-fA-F]{32}$/, 'must be SK followed by 32 hexadecimal digits'),
    meaning: 'The SID of an API key: SK and 32 hexadecimal digits. It is used in place of the auth token.',
    // Not a secret, but it rotates together with its secret, so it may be in a file too.
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
    meaning: 'Another base URL for Verify, for example of a proxy or a mock.',
  },
  TWILIO_NOTIFY_URL: {
    rule: rules.httpUrl,
    defaultText: "Twilio's host",
    meaning: 'Another base URL for Notify, for example of a proxy or a mock.',
  },
} satisfies Record<string, Variable>;
