import { generateKeyPairSync, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/configError.ts';
import { secretFile } from '../helpers/secretFile.ts';

const ACCOUNT = `AC${'1'.repeat(32)}`;
const KEY = `SK${'2'.repeat(32)}`;
const TOKEN = { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: 'secret', AUTH: 'none' };

const KEY_ENTRY = `backend:${'a'.repeat(64)}`;
const PUBLIC_KEY = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string;
const ISSUER = { JWT_PUBLIC_KEY: PUBLIC_KEY, JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'gateway' };

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  it('the configuration needs nothing: the defaults serve the sandbox on loopback', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      twilio: null,
      graphiql: true,
      limitBodyBytes: 100_000,
      upstreamConnections: 64,
      upstreamQueue: 128,
      logFormat: 'json',
      warnings: [],
    });
  });

  it('the configuration signs in with the auth token, and with the API key when both are set', () => {
    expect(readConfig(TOKEN).twilio).toMatchObject({ username: ACCOUNT, password: 'secret' });
    const both = { ...TOKEN, TWILIO_API_KEY: KEY, TWILIO_API_SECRET: 'key-secret' };
    expect(readConfig(both).twilio).toMatchObject({ username: KEY, password: 'key-secret' });
  });

  it('the configuration keeps the auth token for signatures beside an API key', () => {
    const both = { ...TOKEN, TWILIO_API_KEY: KEY, TWILIO_API_SECRET: 'key-secret' };
    const url = 'https://GW.example:443/hook';
    expect(readConfig({ ...both, WEBHOOK_PUBLIC_URL: url })).toMatchObject({
      twilio: { password: 'key-secret', authToken: 'secret' },
      webhookPublicUrl: url,
    });
    const { TWILIO_AUTH_TOKEN: _, ...keyOnly } = both;
    expect(readConfig(keyOnly).twilio?.authToken).toBeNull();
    expect(readConfig({ WEBHOOK_PUBLIC_URL: url })).toMatchObject({ twilio: null, webhookPublicUrl: url });
  });

  it.each([
    [{}, 'https://verify.twilio.com/'],
    [{ TWILIO_EDGE: 'ashburn' }, 'https://verify.ashburn.us1.twilio.com/'],
    [{ TWILIO_EDGE: 'dublin', TWILIO_REGION: 'ie1' }, 'https://verify.dublin.ie1.twilio.com/'],
    [{ TWILIO_VERIFY_URL: 'http://127.0.0.1:4010/twilio' }, 'http://127.0.0.1:4010/twilio'],
  ])('the configuration finds the host for %o', (env, url) => {
    expect(readConfig({ ...TOKEN, ...env }).twilio?.verifyUrl.href).toBe(url);
  });

  it.each([
    [{ PORT: '99999' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '4e3' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535'],
    [{ HOST: 'a b', AUTH: 'none' }, 'HOST must be a host name or an IP address'],
    [{ UPSTREAM: 'mock' }, 'UPSTREAM must be one of sandbox, twilio'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent'],
    [{ ALLOWED_ORIGINS: '*' }, /^ {2}- ALLOWED_ORIGINS must be origins/],
    [{ ALLOWED_ORIGINS: 'https://a.example/path' }, /^ {2}- ALLOWED_ORIGINS must be origins/],
    [{ ...TOKEN, TWILIO_VERIFY_URL: 'ftp://x' }, /^ {2}- TWILIO_VERIFY_URL must be an http or https URL/],
    [
      { ...TOKEN, TWILIO_ACCOUNT_SID: 'AC1' },
      'TWILIO_ACCOUNT_SID must be AC followed by 32 hexadecimal digits',
    ],
    [{ WEBHOOK_PUBLIC_URL: 'gw.example' }, /^ {2}- WEBHOOK_PUBLIC_URL must be an http or https URL/],
    [{ WEBHOOK_PUBLIC_URL: 'https://gw.example/hook?a=1' }, /^ {2}- WEBHOOK_PUBLIC_URL must be an http/],
    [{ WEBHOOK_PUBLIC_URL: 'https://gw.example/hook?' }, /^ {2}- WEBHOOK_PUBLIC_URL must be an http/],
    [{ WEBHOOK_PUBLIC_URL: 'https://me:pw@gw.example/hook' }, /^ {2}- WEBHOOK_PUBLIC_URL must be an http/],
    [
      {
        TWILIO_ACCOUNT_SID: ACCOUNT,
        TWILIO_API_KEY: KEY,
        TWILIO_API_SECRET: 'key-secret',
        AUTH: 'none',
        WEBHOOK_PUBLIC_URL: 'https://gw.example/hook',
      },
      /^ {2}- TWILIO_AUTH_TOKEN is missing; WEBHOOK_PUBLIC_URL is set/,
    ],
    [{ ...TOKEN, TWILIO_REGION: 'ie1' }, /^ {2}- TWILIO_EDGE is missing/],
    [
      { TWILIO_VERIFY_URL: 'http://127.0.0.1:1' },
      'TWILIO_VERIFY_URL needs TWILIO_ACCOUNT_SID and a credential',
    ],
  ])('the configuration refuses %o', (env, problem) => {
    const expected = typeof problem === 'string' ? `  - ${problem}` : expect.stringMatching(problem);
    expect(problemsOf(env)).toEqual([expected]);
  });

  it.each([
    [
      { TWILIO_ACCOUNT_SID: ACCOUNT },
      'TWILIO_API_KEY and TWILIO_API_SECRET, or TWILIO_AUTH_TOKEN, are missing',
    ],
    [{ TWILIO_AUTH_TOKEN: 'x' }, 'TWILIO_ACCOUNT_SID is missing'],
    [
      { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_API_KEY: KEY },
      'TWILIO_API_SECRET is missing; TWILIO_API_KEY is set',
    ],
    [
      { TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_API_SECRET: 'x' },
      'TWILIO_API_KEY is missing; TWILIO_API_SECRET is set',
    ],
    [{ UPSTREAM: 'twilio' }, 'TWILIO_ACCOUNT_SID is missing'],
  ])('the configuration takes half a credential as a mistake, not as the sandbox: %o', (env, problem) => {
    expect(problemsOf({ AUTH: 'none', ...env })).toContain(`  - ${problem}`);
  });

  it('the configuration names every problem in one message', () => {
    const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'y', TWILIO_AUTH_TOKEN: 'z' });
    expect(problems.map((line) => line.split(' ')[3])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'TWILIO_ACCOUNT_SID',
      'AUTH=required',
    ]);
  });

  it('the configuration never repeats a value, which may be a secret', () => {
    const env = { TWILIO_ACCOUNT_SID: 'hunter2', TWILIO_API_KEY: 'hunter2', PORT: 'hunter2' };
    expect(problemsOf(env).join('\n')).not.toContain('hunter2');
  });

  it.each([
    ['Twilio', { ...TOKEN, AUTH: undefined }],
    ['another machine', { HOST: '0.0.0.0' }],
    ['nobody, but AUTH=required is asked for', { AUTH: 'required' }],
  ])('the configuration does not open an unguarded door to %s unless AUTH=none is written out', (_, env) => {
    expect(problemsOf(env)).toEqual([expect.stringContaining('write AUTH=none only when')]);
    expect(problemsOf({ ...env, API_KEYS: KEY_ENTRY })).toEqual([]);
    expect(problemsOf({ ...env, AUTH: 'none' })).toEqual([]);
  });

  it('the configuration counts an empty variable as unset', () => {
    expect(readConfig({ TWILIO_AUTH_TOKEN: '', PORT: '' })).toMatchObject({ twilio: null, port: 4000 });
  });

  it('the configuration warns of a variable that looks like a typing mistake, and of a credential sent in the clear', () => {
    const env = {
      ...TOKEN,
      TWILIO_ACOUNT_SID: 'x',
      TWILIO_VERIFY_URL: 'http://10.0.0.1',
      JWT_IDENTITY_CLAM: 'x',
      TRUSTED_DOCUMENT: 'x',
      LIMIT_REQUEST_PER_MINUTE: '1',
      FEDERATED: 'on',
    };
    const misspelt = {
      TWILIO_ACOUNT_SID: 'TWILIO_ACCOUNT_SID',
      JWT_IDENTITY_CLAM: 'JWT_IDENTITY_CLAIM',
      TRUSTED_DOCUMENT: 'TRUSTED_DOCUMENTS',
      LIMIT_REQUEST_PER_MINUTE: 'LIMIT_REQUESTS_PER_MINUTE',
      FEDERATED: 'FEDERATION',
    };
    expect(readConfig(env).warnings).toEqual([
      ...Object.entries(misspelt).map(
        ([name, meant]) => `${name} is not a variable of this gateway; did you mean ${meant}?`,
      ),
      'TWILIO_VERIFY_URL is plain http to another machine: the credential travels in the clear',
    ]);
  });

  it('the configuration warns of credentials that are not used', () => {
    const env = { ...TOKEN, UPSTREAM: 'sandbox', API_KEYS: KEY_ENTRY };
    expect(readConfig(env).warnings).toEqual([
      'UPSTREAM=sandbox: the TWILIO_* credentials are not used',
      'AUTH=none: API_KEYS is not used, and anybody may call',
    ]);
    expect(readConfig({ API_KEYS: KEY_ENTRY }).warnings).toEqual([
      'AUTH is not set, and the sandbox needs none: API_KEYS is not used, and anybody may call',
    ]);
  });

  it('FEDERATION makes a subgraph, and warns of trusted documents, which no router sends', () => {
    expect(readConfig({}).federation).toBe(false);
    expect(readConfig({ FEDERATION: 'off' }).federation).toBe(false);
    expect(readConfig({ FEDERATION: 'on' })).toMatchObject({ federation: true, warnings: [] });
    expect(problemsOf({ FEDERATION: 'yes' })).toEqual([expect.stringMatching(/^ {2}- FEDERATION must be/)]);
    const { path: documents } = secretFile('{ "a": "{ __typename }" }');
    expect(readConfig({ FEDERATION: 'on', TRUSTED_DOCUMENTS: documents }).warnings).toEqual([
      'FEDERATION and TRUSTED_DOCUMENTS: what a router asks is refused unless it is in the list',
    ]);
  });

  it('the configuration refuses a malformed secret', () => {
    for (const secret of [' ', 'a b', 'line\n', 'é']) {
      expect(problemsOf({ ...TOKEN, TWILIO_AUTH_TOKEN: secret })).toEqual([
        '  - TWILIO_AUTH_TOKEN must be printable and without spaces',
      ]);
    }
  });

  it('the configuration hides GraphiQL and the schema in production unless they are asked for', () => {
    const env = { NODE_ENV: 'production' };
    expect(readConfig({})).toMatchObject({ graphiql: true, introspection: true });
    expect(readConfig(env)).toMatchObject({ graphiql: false, introspection: false });
    const explicit = { ...env, GRAPHIQL: 'on', INTROSPECTION: 'on' };
    expect(readConfig(explicit)).toMatchObject({ graphiql: true, introspection: true });
    expect(readConfig({ INTROSPECTION: 'off' })).toMatchObject({ graphiql: true, introspection: false });
  });
});

describe('who may call', () => {
  const pem = (type: 'rsa' | 'ec', options: object, half: 'publicKey' | 'privateKey' = 'publicKey') =>
    generateKeyPairSync(type as 'rsa', options as { modulusLength: number })[half].export({
      type: half === 'publicKey' ? 'spki' : 'pkcs8',
      format: 'pem',
    }) as string;

  it.each([
    ['the sandbox on loopback', {}, false],
    ['the sandbox on loopback, guarded', { AUTH: 'required', ...ISSUER }, true],
    ['the sandbox on another address', { HOST: '0.0.0.0', ...ISSUER }, true],
    ['the sandbox on another address, open', { HOST: '0.0.0.0', AUTH: 'none' }, false],
    ['Twilio', { ...TOKEN, AUTH: undefined, ...ISSUER }, true],
    ['Twilio, open', TOKEN, false],
  ])('callers in front of %s have to sign in or not', (_, env, hasTo) => {
    expect(readConfig(env).credentials !== null).toBe(hasTo);
  });

  it.each([
    [
      { ...ISSUER, JWT_JWKS_URL: 'https://issuer.example/jwks' },
      /^ {2}- JWT_JWKS_URL and JWT_PUBLIC_KEY are both set/,
    ],
    [{ ...ISSUER, JWT_ISSUER: undefined }, /^ {2}- JWT_ISSUER is missing/],
    [{ ...ISSUER, JWT_AUDIENCE: '' }, /^ {2}- JWT_AUDIENCE is missing/],
    [{ JWT_ISSUER: 'x' }, '  - JWT_ISSUER needs JWT_JWKS_URL or JWT_PUBLIC_KEY'],
    [{ ...ISSUER, JWT_PUBLIC_KEY: 'secret' }, /^ {2}- JWT_PUBLIC_KEY must be a public key in PEM/],
    [{ ...ISSUER, JWT_PUBLIC_KEY: pem('rsa', { modulusLength: 1024 }) }, /^ {2}- JWT_PUBLIC_KEY must be/],
    [{ ...ISSUER, JWT_PUBLIC_KEY: pem('ec', { namedCurve: 'secp256k1' }) }, /^ {2}- JWT_PUBLIC_KEY must be/],
    [
      { ...ISSUER, JWT_PUBLIC_KEY: pem('ec', { namedCurve: 'P-256' }, 'privateKey') },
      /^ {2}- JWT_PUBLIC_KEY must be.*never a private one$/,
    ],
    [{ API_KEYS: 'backend' }, /^ {2}- API_KEYS must be name:sha256hex/],
    [{ API_KEYS: `backend:${'a'.repeat(63)}` }, /^ {2}- API_KEYS must be/],
    [{ API_KEYS: `${KEY_ENTRY}:verify:root` }, /^ {2}- API_KEYS must be/],
    [{ API_KEYS: `${KEY_ENTRY}:` }, /^ {2}- API_KEYS must be/],
    [{ API_KEYS: `${KEY_ENTRY},` }, /^ {2}- API_KEYS must be/],
    [{ API_KEYS: `backend:${hash('sha256', '')}` }, /^ {2}- API_KEYS must be/],
    [{ API_KEYS: `backend:${hash('sha256', '\n').toUpperCase()}` }, /^ {2}- API_KEYS must be/],
  ])('a configuration that leaves open who may call is refused: %o', (env, problem) => {
    const expected = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(problemsOf({ AUTH: 'none', ...env })).toEqual([expected]);
  });

  it.each([
    'http://issuer.example/jwks',
    'ftp://issuer.example',
    'issuer.example',
    'https://a:b@issuer.example',
  ])('a URL of keys is refused for %s, where anybody could answer', (url) => {
    const env = { AUTH: 'none', ...ISSUER, JWT_PUBLIC_KEY: undefined, JWT_JWKS_URL: url };
    expect(problemsOf(env)).toEqual([expect.stringMatching(/^ {2}- JWT_JWKS_URL must be an https URL/)]);
  });

  it('a public key is accepted with its line ends written out, and URLs with a query', () => {
    const written = PUBLIC_KEY.trim().replaceAll('\n', '\\n');
    const { credentials } = readConfig({ ...ISSUER, AUTH: 'required', JWT_PUBLIC_KEY: written });
    expect(credentials!.tokens!.keys).toMatchObject({ asymmetricKeyType: 'ed25519' });
    const url = 'https://issuer.example/keys?p=policy';
    const env = { ...ISSUER, AUTH: 'required', JWT_PUBLIC_KEY: undefined, JWT_JWKS_URL: url };
    expect(readConfig(env).credentials!.tokens!.keys).toEqual(new URL(url));
  });

  it('the configuration warns of a key that can access no identity', () => {
    const env = { AUTH: 'required', API_KEYS: `${KEY_ENTRY}:verify:resend` };
    expect(readConfig(env).warnings).toEqual([
      'The API key backend lacks the scope verify:any-identity, so it can touch no identity',
    ]);
  });
});
