import { describe, expect, it } from 'vitest';
import { unknownVariableWarnings } from '../../src/config/unknownVariables.ts';
import { VARIABLE_NAMES } from '../../src/config/variableNames.ts';

const warningsOf = (...names: string[]) =>
  unknownVariableWarnings(Object.fromEntries(names.map((name) => [name, 'v4lue'])));

const letters = (name: string) => [...name].map((letter, at) => ({ letter, at }));
const slipsOf = (name: string) =>
  letters(name).flatMap(({ letter, at }) => [
    name.slice(0, at) + name.slice(at + 1),
    name.slice(0, at) + letter + name.slice(at),
    name.slice(0, at) +
      name
        .slice(at, at + 2)
        .split('')
        .toReversed()
        .join('') +
      name.slice(at + 2),
  ]);

describe('a variable that is a slip of the finger away from one of ours', () => {
  it.each(VARIABLE_NAMES)('is warned about with the name %s', (name) => {
    const slips = slipsOf(name).filter((slip) => !VARIABLE_NAMES.includes(slip));
    expect(slips.length).toBeGreaterThan(name.length);
    for (const slip of slips) {
      expect(warningsOf(slip)).toEqual([`${slip} is not a variable of this gateway; did you mean ${name}?`]);
    }
  });

  it.each([
    ['REDIS_URI', 'REDIS_URL'],
    ['LOG_LVEL', 'LOG_LEVEL'],
    ['redis_url', 'REDIS_URL'],
    ['LOG-LEVEL', 'LOG_LEVEL'],
    ['UPSTREAMS', 'UPSTREAM'],
    ['GRAPHQL', 'GRAPHIQL'],
    ['NODE_ENVV', 'NODE_ENV'],
    ['TWILIO_ACOUNT_ID', 'TWILIO_ACCOUNT_SID'],
    ['JWT_PUBLIC_KEYFILE', 'JWT_PUBLIC_KEY_FILE'],
  ])('%s: did you mean %s?', (name, meant) => {
    expect(warningsOf(name)).toEqual([`${name} is not a variable of this gateway; did you mean ${meant}?`]);
  });
});

describe('a variable that looks like one of ours', () => {
  it.each([
    ['REDIS_HOST', 'REDIS_URL'],
    ['REDIS_PORT', 'REDIS_URL'],
    ['LOG_FILE', 'LOG_LEVEL'],
    ['SANDBOX_ADDRESS', 'SANDBOX_PORT'],
    ['AUTH_MODE', 'AUTH'],
    ['FEDERATED', 'FEDERATION'],
    ['ALLOWED_HOSTS', 'ALLOWED_ORIGINS'],
  ])('is warned about, with the nearest of its family: %s, %s', (name, nearest) => {
    expect(warningsOf(name)).toEqual([`${name} is not a variable of this gateway; did you mean ${nearest}?`]);
  });

  it.each(['TRUST_PROXY', 'ADMIN_PORT', 'EVENT_WEBHOOK_URL', 'MCP', 'MAX_IN_FLIGHT', 'KEPT_ANSWERS_BYTES'])(
    'is warned about where no variable is near: %s',
    (name) => {
      const warnings = VARIABLE_NAMES.includes(name)
        ? []
        : [expect.stringMatching(`^${name} is not a variable`)];
      expect(warningsOf(name)).toEqual(warnings);
    },
  );
});

describe('a variable of somebody else', () => {
  it.each([
    'PATH HOME USER LOGNAME SHELL PWD OLDPWD LANG LC_ALL TERM TZ TMPDIR EDITOR MAIL DISPLAY HOSTNAME HOSTTYPE OSTYPE',
    'NODE NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_VERSION NODE_AUTH_TOKEN NODE_DEBUG YARN_VERSION NO_COLOR',
    'npm_config_port npm_config_user_agent npm_lifecycle_event npm_package_name npm_node_execpath INIT_CWD',
    'KUBERNETES_PORT KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT_HTTPS POD_IP POD_NAME NODE_NAME HOST_IP NODE_IP',
    'DYNO PORTS K_SERVICE K_REVISION FLY_APP_NAME RENDER RAILWAY_ENVIRONMENT WEBSITE_HOSTNAME REDIS_TLS_URL REDISHOST',
    'CI GITHUB_TOKEN GITHUB_EVENT_NAME RUNNER_OS AWS_REGION ECS_CONTAINER_METADATA_URI GOOGLE_CLOUD_PROJECT',
    'LOGONSERVER HOMEPATH COMPUTERNAME PATHEXT SSH_AUTH_SOCK XAUTHORITY DBUS_SESSION_BUS_ADDRESS LOGS_DIRECTORY',
    'INVOCATION_ID JOURNAL_STREAM LISTEN_PID NOTIFY_SOCKET OTEL_SERVICE_NAME DD_AGENT_HOST DATABASE_URL PGHOST PGPORT',
    'http_proxy HTTPS_PROXY NO_PROXY SSL_CERT_FILE host port auth POST MOST SORT OAUTH APP_KEY APP_KEYS',
    'TWILIO_LOG_LEVEL TWILIO_CA_BUNDLE VITEST VITEST_POOL_ID NODE_TEST_CONTEXT',
  ])('is no typing mistake: %s', (names) => {
    expect(warningsOf(...names.split(' '))).toEqual([]);
  });

  it('is no typing mistake when Kubernetes sets it for a service called redis, log or auth', () => {
    const setFor = (service: string) => ({
      [`${service}_SERVICE_HOST`]: '10.0.0.1',
      [`${service}_SERVICE_PORT`]: '6379',
      [`${service}_SERVICE_PORT_HTTP`]: '6379',
      [`${service}_PORT`]: 'tcp://10.0.0.1:6379',
      [`${service}_PORT_6379_TCP`]: 'tcp://10.0.0.1:6379',
      [`${service}_PORT_6379_TCP_ADDR`]: '10.0.0.1',
      [`${service}_PORT_6379_TCP_PORT`]: '6379',
      [`${service}_PORT_6379_TCP_PROTO`]: 'tcp',
    });
    const env = Object.assign({}, ...['REDIS', 'REDIS_MASTER', 'LOG', 'AUTH', 'TWILIO'].map(setFor));
    expect(unknownVariableWarnings(env)).toEqual([]);
  });

  it('is no typing mistake when it is one of ours', () => {
    expect(warningsOf(...VARIABLE_NAMES)).toEqual([]);
  });
});

it('a warning tells no value', () => {
  const names = ['REDIS_URI', 'REDIS_PORT', 'MAX_SECRET', 'WEBHOOK_PUBLIC_URI'];
  expect(warningsOf(...names)).toHaveLength(names.length);
  expect(warningsOf(...names).join()).not.toContain('v4lue');
});
