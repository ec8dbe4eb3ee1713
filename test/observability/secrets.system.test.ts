import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isUnionType } from 'graphql';
import type { GraphQLField } from 'graphql';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/configError.ts';
import { fileVariable, SECRETS, VARIABLE_NAMES } from '../../src/config/variableNames.ts';
import { logTo } from '../../src/observability/log.ts';
import { buildSchema } from '../../src/schema/index.ts';
import { ECHOES, refusing, startEchoingTwilio } from '../helpers/echoingTwilio.ts';
import type { Answering } from '../helpers/echoingTwilio.ts';
import { INPUTS, MUTATION_NAMES, mutationDocument, PUBLIC_KEY } from '../helpers/mutations.ts';
import type { MutationName } from '../helpers/mutations.ts';
import { hasRedis, RedisServer } from '../helpers/redisServer.ts';
import { secretFile } from '../helpers/secretFile.ts';
import { PENDING, RESEND, upstreamAt } from '../helpers/startGateway.ts';

/**
 * One of each thing that must not get out, each with a form in which a gateway could take it for a plain word. Nothing of
 * them occurs anywhere else.
 */
const SECRET = {
  authToken: 'quincejelly',
  apiSecret: 'damsonpreserve',
  redisPassword: 'medlarcompote',
  logHashKey: 'sloecordialsloecordial',
  hiddenDetail: 'gooseberry fool',
  hiddenName: 'greengage',
  message: 'Shall the mulberry sign in?',
  fieldLabel: 'Loganberry',
  fieldValue: 'boysenberry lane 7',
  pushToken: `tayberry${'jostaberry'.repeat(4)}`,
  authPayload: 'cloudberry.lingonberry',
  publicKey: PUBLIC_KEY,
  friendlyName: 'Whortleberry handset',
  metadata: 'bilberry crumble',
  accessToken: 'huckleberry.salmonberry',
  bearer: 'elderflowerbearer',
  apiKeyOfClient: 'rowanberrykey',
  tag: 'chokeberry tag',
  bug: 'barberry in a bug',
};
const IDENTITY = 'persimmonperson';

/** As it is, and in every way it could be written down. */
function shapesOf(value: string): string[] {
  const encoded = [0, 1, 2].map((offset) =>
    Buffer.from(`${'x'.repeat(offset)}${value}`)
      .toString('base64')
      .slice(offset === 0 ? 0 : 4, -4),
  );
  const form = new URLSearchParams({ _: value }).toString().slice(2);
  return [value, form, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), ...encoded].map(
    (shape) => shape.toLowerCase(),
  );
}

/** The names of what is found in a text that it must not be found in. */
function leaksIn(text: string, { isToldIdentity = false } = {}): string[] {
  const searched = text.toLowerCase();
  const sought = { ...SECRET, ...(!isToldIdentity && { identity: IDENTITY }) };
  return Object.entries(sought)
    .filter(([, value]) => shapesOf(value).some((shape) => searched.includes(shape)))
    .map(([name]) => name);
}

const schema = buildSchema();
const mutations = Object.keys(schema.getMutationType()!.getFields());

/** Every input with a secret in every place that takes one. */
const hiddenDetails = { [SECRET.hiddenName]: SECRET.hiddenDetail };
const metadata = { note: SECRET.metadata };
const { friendlyName, authPayload, pushToken: notificationToken } = SECRET;
const PLANTED: { readonly [Name in MutationName]: object } = {
  createEntity: {},
  deleteEntity: {},
  createAccessToken: { factorFriendlyName: friendlyName },
  createPushFactor: {
    friendlyName,
    metadata,
    config: { ...INPUTS.createPushFactor.config, notificationToken },
  },
  updateFactor: { friendlyName, authPayload, config: { notificationToken } },
  deleteFactor: {},
  createChallenge: {
    hiddenDetails,
    details: { message: SECRET.message, fields: [{ label: SECRET.fieldLabel, value: SECRET.fieldValue }] },
  },
  updateChallenge: { authPayload, metadata },
  createNotifyBinding: { address: notificationToken, tags: [SECRET.tag], endpoint: friendlyName },
  deleteNotifyBinding: {},
  sendNotifyNotification: {
    identities: [IDENTITY],
    toBindings: [{ bindingType: 'FCM', address: notificationToken }],
    title: SECRET.fieldLabel,
    body: SECRET.message,
    data: { [SECRET.hiddenName]: SECRET.hiddenDetail },
  },
};
const inputOf = (name: MutationName) => ({
  ...INPUTS[name],
  ...PLANTED[name],
  ...('identity' in INPUTS[name] && { identity: IDENTITY }),
});

/** What the arguments of a query can be asked with; a new one has to be added here. */
const keyOf = (typename: string, prefix: string) =>
  Buffer.from(`${typename}/${PENDING.serviceSid}/${IDENTITY}/${prefix}${'a'.repeat(32)}`).toString(
    'base64url',
  );
const NOTIFY_SERVICE = `"IS${'a'.repeat(32)}"`;
const ARGUMENTS: Record<string, Record<string, string>> = {
  node: { id: `"${keyOf('Challenge', 'YC')}"` },
  nodes: { ids: `["${keyOf('Factor', 'YF')}"]` },
  service: { sid: `"${PENDING.serviceSid}"` },
  entity: {},
  factor: { sid: `"YF${'a'.repeat(32)}"` },
  challenge: { sid: `"YC${'a'.repeat(32)}"` },
  notifyBinding: { serviceSid: NOTIFY_SERVICE, sid: `"BS${'a'.repeat(32)}"` },
  notifyBindings: { serviceSid: NOTIFY_SERVICE, identity: `["${IDENTITY}"]`, tag: `["${SECRET.tag}"]` },
};
const COMMON = { serviceSid: `"${PENDING.serviceSid}"`, identity: `"${IDENTITY}"` };

/** The identity is in the alias too, as some clients have it that ask for many at once. */
function queryOf({ name, args }: GraphQLField<unknown, unknown>): string {
  const given = { ...COMMON, ...ARGUMENTS[name] } as Record<string, string>;
  const usedArgs = args.filter((arg) => arg.name in given);
  const values = usedArgs.map((arg) => `${arg.name}: ${given[arg.name]}`).join(', ');
  const lists =
    name === 'entity'
      ? '{ __typename challenges { edges { cursor } } factors { edges { cursor } } }'
      : '{ __typename }';
  return `query Read { ${IDENTITY}: ${name}(${values}) ${lists} }`;
}

const HEADERS = {
  'content-type': 'application/json',
  authorization: `Bearer ${SECRET.bearer}`,
  'x-api-key': SECRET.apiKeyOfClient,
};

const PRELOAD = `
  const append = URLSearchParams.prototype.append;
  URLSearchParams.prototype.append = function (name, value) {
    if (value !== ${JSON.stringify(SECRET.bug)}) return append.call(this, name, value);
    const cause = Object.assign(new Error('a cause with "' + value + '"'), { command: { args: [value] } });
    throw Object.assign(new TypeError("cannot append '" + value + "'", { cause }), { value, headers: { value } });
  };
  process.on('SIGUSR2', () => {
    throw Object.assign(new Error('a crash with "' + ${JSON.stringify(SECRET.bug)} + '"'), { args: [${JSON.stringify(IDENTITY)}] });
  });`;

/** The command in a process of its own, with a secret in each of its variables, and all that comes out of it. */
async function startCommand(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['dist/cli.js', '--port', '0', '--log-level', 'trace'], {
    env: {
      PATH: process.env['PATH'],
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`,
      LOG_HASH_KEY: SECRET.logHashKey,
      RESEND_LIMIT_PER_IDENTITY: '20',
      LIMIT_REQUESTS_PER_MINUTE: '0',
      ...env,
    },
    stdio: 'pipe',
  });
  const exited = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  const url = () => /(http:[^\s"]+)\/graphql/.exec(output.stdout)?.[1];
  await expect.poll(url, { timeout: 5_000 }).toBeDefined();
  return { child, exited, output, url: url()! };
}

/** Asks for everything there is, and keeps every answer with its headers. */
function createClient(url: string) {
  const answers: string[] = [];
  const outcomes = new Set<string>();

  async function get(path: string): Promise<void> {
    const response = await fetch(`${url}${path}`, { headers: { ...HEADERS, accept: 'text/html, */*' } });
    answers.push(JSON.stringify([...response.headers]), await response.text());
  }
  async function ask(query: string, variables: object = {}, headers: object = {}): Promise<any> {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...HEADERS, ...headers },
      body,
    });
    const answer = await response.text();
    const { data, errors } = JSON.parse(answer);
    for (const value of Object.values<any>(data ?? {})) if (value?.__typename) outcomes.add(value.__typename);
    for (const { extensions } of errors ?? []) outcomes.add(extensions.code);
    answers.push(JSON.stringify([...response.headers]), answer);
    return data;
  }
  let challenges = 0;
  const newChallenge = () => `YC${(challenges += 1).toString(16).padStart(32, '0')}`;
  const resend = (challengeSid = newChallenge(), identity = IDENTITY) =>
    ask(RESEND, { ...PENDING, identity, challengeSid });
  const write = (name: MutationName, changed: object = {}) =>
    ask(mutationDocument(name), { input: { ...inputOf(name), ...changed } });
  const writeAll = () => Promise.all([resend(), ...MUTATION_NAMES.map((name) => write(name))]);
  const readAll = () =>
    Promise.all(Object.values(schema.getQueryType()!.getFields()).map((field) => ask(queryOf(field))));
  return { answers, outcomes, get, ask, resend, write, writeAll, readAll };
}

/** Each code that leads to a member of its own, but for 20429: after that the gateway makes no call for a while. */
const CODES = [
  [400, 60300], [404, 20404], [404, 60392], [403, 60323], [403, 60322], [429, 60309], [400, 60307], [403, 60318],
  [403, 60324], [429, 60308], [429, 60312], [409, 60302], [400, 60315], [400, 60310], [409, 60301],
  [503, 20503], [403, 60204],
] as const; // prettier-ignore

/** In every shape: the text is logged of a code nobody knows and of arguments without a name, and not of other codes. */
const ECHOED = [[403, 60204], [400, 60300], [400, 20001], [401, 20003], [403, 70051]] as const; // prettier-ignore

const raw =
  (status: number, bodyOf: (echo: string) => string): Answering =>
  (response, received) =>
    void response.writeHead(status).end(
      bodyOf(
        Object.values(ECHOES)
          .map((echo) => echo(received))
          .join('\n'),
      ),
    );

/** Answers that are no answer. */
const BROKEN: readonly Answering[] = [
  raw(200, (echo) => `{"sid": "${echo}`),
  raw(400, (echo) => echo),
  raw(403, (echo) => `<html>${echo}</html>`),
  raw(401, (echo) => JSON.stringify({ message: echo })),
  raw(500, (echo) => JSON.stringify({ code: 20500, message: echo })),
  (response) => void response.destroy(),
];

/** Whatever is asked for, and every secret that Twilio keeps or makes. */
const succeeding: Answering = (response, { request }) => {
  const isPost = request.method === 'POST';
  const prefix = request.url!.endsWith('Notifications') ? 'NT' : 'YC';
  const address = notificationToken;
  const body = {
    sid: `${prefix}${'a'.repeat(32)}`,
    token: SECRET.accessToken,
    status: 'denied',
    date_responded: new Date().toISOString(),
    factor_type: 'push',
    identity: IDENTITY,
    hidden_details: hiddenDetails,
    metadata,
    friendly_name: friendlyName,
    config: { notification_token: notificationToken },
    details: { message: SECRET.message },
    address,
    tags: [SECRET.tag],
    identities: [IDENTITY],
  };
  if (request.method === 'DELETE') return void response.writeHead(204).end();
  response.writeHead(isPost ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

describe.each([
  ['json', 'TWILIO_AUTH_TOKEN'],
  ['pretty', 'TWILIO_API_SECRET'],
])('a gateway that logs as %s and signs in with %s', (format, secretName) => {
  it(`no secret or identity gets out: ${format} log, ${secretName}`, { timeout: 60_000 }, async () => {
    const twilio = await startEchoingTwilio();
    const redis = hasRedis ? await startGuardedRedis() : undefined;
    const { TWILIO_AUTH_TOKEN: _, ...account } = upstreamAt(twilio.url);
    const { child, exited, output, url } = await startCommand({
      ...account,
      ...(secretName === 'TWILIO_API_SECRET'
        ? {
            TWILIO_API_KEY: `SK${'2'.repeat(32)}`,
            TWILIO_API_SECRET_FILE: secretFile(`${SECRET.apiSecret}\n`).path,
          }
        : { TWILIO_AUTH_TOKEN: SECRET.authToken }),
      LOG_FORMAT: format,
      ...(redis && { REDIS_URL: redis.url }),
    });
    const client = createClient(url);

    for (const [index, [status, code]] of CODES.entries()) {
      const echoes = Object.values(ECHOES);
      const member = (['message', 'detail', 'title'] as const)[index % 3]!;
      twilio.answerWith(refusing(status, code, echoes[index % echoes.length]!, member));
      await client.writeAll();
    }
    for (const echo of Object.values(ECHOES)) {
      for (const [status, code] of ECHOED) {
        twilio.answerWith(refusing(status, code, echo));
        await Promise.all([client.writeAll(), client.readAll()]);
      }
    }
    for (const answer of BROKEN) {
      twilio.answerWith(answer);
      await Promise.all([client.writeAll(), client.readAll()]);
    }
    await client.write('createPushFactor', { friendlyName: SECRET.bug });
    await client.write('createEntity', { serviceSid: 'VA' });
    await client.ask(`query { challenge(serviceSid: 1) { __typename } }`);
    await client.ask(`query { ${IDENTITY} `);
    await client.ask(queryOf(schema.getQueryType()!.getFields()['entity']!).repeat(2));

    twilio.answerWith(succeeding);
    await client.readAll();
    await client.writeAll();
    const challengeSid = `YC${'f'.repeat(32)}`;
    for (let count = 0; count < 6; count += 1) await client.resend(challengeSid);
    for (let count = 0; count < 6; count += 1) await client.resend();
    for (let count = 0; count < 6; count += 1) await client.write('createChallenge');
    const token = await client.ask(mutationDocument('createAccessToken', '... on AccessToken { token }'), {
      input: inputOf('createAccessToken'),
    });
    expect(token).toMatchObject({ createAccessToken: { token: SECRET.accessToken } });
    client.answers.pop();

    await redis?.server.stop();
    await Promise.all([client.writeAll(), client.readAll()]);
    twilio.answerWith(refusing(429, 20429, ECHOES['its form']!));
    await client.writeAll();
    for (const path of ['/metrics', '/health/live', '/health/ready', '/graphql', '/', '/nowhere']) {
      await client.get(path);
    }
    child.kill('SIGUSR2');
    expect(await exited).toEqual([1, null]);

    expect(output.stderr).toBe('');
    expect(leaksIn(output.stdout)).toEqual([]);
    expect(leaksIn(client.answers.join('\n'), { isToldIdentity: true })).toEqual([]);

    // It was all there to be seen: every mutation, every error member, the person by their hash.
    const { hashOf } = logTo({ write: () => {} }, { logLevel: 'info', logHashKey: SECRET.logHashKey });
    const expected = [
      ...mutations.filter((name) => name !== 'resendChallengeNotification'),
      ...errorMembers(),
      hashOf(IDENTITY),
      'push_fatigue',
      'throttle',
      'unexpected error',
      'uncaught error',
      'cannot append [redacted]',
      'Cannot sign in',
      'https://www.twilio.com/docs/errors/60323',
      ...(redis ? ['Redis did not answer', 'Redis is lost'] : []),
    ];
    expect(expected.filter((seen) => !output.stdout.includes(seen))).toEqual([]);
    const answered = [...errorMembers(), 'UPSTREAM_MISCONFIGURED', 'INTERNAL_SERVER_ERROR'];
    expect(answered.filter((outcome) => !client.outcomes.has(outcome))).toEqual([]);
  });
});

it('the search for secrets drives every mutation and every query', () => {
  expect([...MUTATION_NAMES, 'resendChallengeNotification'].sort()).toEqual(mutations.sort());
  const queries = Object.values(schema.getQueryType()!.getFields());
  for (const query of queries) expect(queryOf(query)).not.toContain('undefined');
});

describe('a configuration with a secret in the wrong place', () => {
  const MISPLACED = `${SECRET.apiSecret} ${SECRET.authToken}`;
  const said = (env: NodeJS.ProcessEnv): string => {
    try {
      const { warnings, variables } = readConfig(env);
      return [...warnings, ...variables].join('\n');
    } catch (error) {
      if (error instanceof ConfigError) return `${error.stack} ${JSON.stringify(error)}`;
      throw error;
    }
  };
  const base: NodeJS.ProcessEnv = { ...upstreamAt('http://127.0.0.1:9'), TWILIO_UNKNOWN: MISPLACED };

  it.each(VARIABLE_NAMES.map((name) => [name]))(
    'a secret misplaced in %s is not printed by the configuration',
    (name) => {
      for (const value of [
        MISPLACED,
        SECRET.authToken,
        `https://user:${SECRET.authToken}@127.0.0.1/?${MISPLACED}`,
      ]) {
        expect(leaksIn(said({ ...base, [name]: value }))).toEqual([]);
        expect(leaksIn(said({ [name]: value }))).toEqual([]);
      }
    },
  );

  it('a secret misplaced in a file is not printed by the configuration', () => {
    for (const name of SECRETS) {
      const { path } = secretFile(`${MISPLACED}\n${SECRET.redisPassword}`);
      const others = { ...base, TWILIO_AUTH_TOKEN: '' };
      expect(leaksIn(said({ ...others, [fileVariable(name)]: path }))).toEqual([]);
    }
  });

  it.each<[string, NodeJS.ProcessEnv, string[]]>([
    ['everywhere', Object.fromEntries(VARIABLE_NAMES.map((name) => [name, MISPLACED])), []],
    ['as the host', { HOST: SECRET.authToken, AUTH: 'none', PORT: '0' }, []],
    ['as a Redis that is no URL', { REDIS_URL: `redis://%${SECRET.redisPassword}:%@:x` }, []],
    ['in a word of the command', {}, ['--port', '0', SECRET.apiSecret.toUpperCase()]],
    ['in an option', {}, [`--twilio-tokn=${SECRET.authToken}`]],
  ])('a gateway with a misplaced secret does not start, and does not print it: %s', async (_, env, words) => {
    const child = spawn(process.execPath, ['dist/cli.js', 'serve', ...words], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: 'pipe',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).not.toBe('');
    expect(leaksIn(output)).toEqual([]);
  });
});

it.each([
  ['in the URL', `redis://:${SECRET.redisPassword}@127.0.0.1:1`],
  ['as the host', `redis://${SECRET.redisPassword}.invalid`],
])('a gateway without its Redis serves, and does not print a secret that stands %s of it', async (_, url) => {
  const child = spawn(process.execPath, ['dist/cli.js', 'serve', '--port', '0'], {
    env: { PATH: process.env['PATH'], REDIS_URL: url, LOG_LEVEL: 'debug' },
    stdio: 'pipe',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  await expect.poll(() => output, { timeout: 8_000 }).toContain('/graphql');
  expect(output).toContain('Redis is lost');
  expect(leaksIn(output)).toEqual([]);
});

/** Every error a mutation can answer. */
function errorMembers(): string[] {
  const unions = Object.values(schema.getMutationType()!.getFields()).map(({ type }) => type);
  const members = unions.flatMap((type) =>
    isUnionType(type) ? type.getTypes().map(({ name }) => name) : [],
  );
  return [...new Set(members)].filter((name) => name.endsWith('Error'));
}

async function startGuardedRedis() {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const admin = new Redis(server.port, '127.0.0.1');
  await admin.config('SET', 'requirepass', SECRET.redisPassword);
  admin.disconnect();
  return { server, url: `redis://:${SECRET.redisPassword}@127.0.0.1:${server.port}` };
}
