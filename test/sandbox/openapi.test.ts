import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { start } from '../../src/main.ts';
import type { Running } from '../../src/main.ts';
import * as seed from '../../src/sandbox/seed.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { startRecordingProxy } from '../helpers/recordingProxy.ts';
import type { Exchange, RecordingProxy } from '../helpers/recordingProxy.ts';

/** Twilio's own description, which is not part of this repository: it may lie beside the checkout. */
const SPEC = new URL('../../../shared/spec/twilio_verify_v2.json', import.meta.url);
const hasSpec = existsSync(SPEC);
if (!hasSpec)
  console.log("skipped: ../shared/spec/twilio_verify_v2.json, Twilio's description, is not there");

const ENTITY = `/v2/Services/${seed.SANDBOX_SERVICE_SID}/Entities/${seed.SANDBOX_IDENTITY}`;
const PENDING = seed.seededSid('YC', 1);
/** Never answers, so it would only make the gateway wait for its deadline. */
const HANGING = seed.seededSid('YC', 90003);
/** Answer 201 with a body that is broken on purpose. */
const BROKEN = [seed.seededSid('YC', 90006), seed.seededSid('YC', 90007)];
const TTLS = [undefined, 0, 150, 300];

describe.skipIf(!hasSpec)("Twilio's OpenAPI description", () => {
  let spec: Specification;
  let sandbox: Sandbox;
  let proxy: RecordingProxy;
  let gateway: Running;
  let asked: string[];

  beforeAll(async () => {
    spec = new Specification(JSON.parse(readFileSync(SPEC, 'utf8')) as OpenApi);
    sandbox = await startSandbox();
    proxy = await startRecordingProxy(sandbox.url);
    const config = readConfig({
      PORT: '0',
      TWILIO_VERIFY_URL: proxy.url,
      TWILIO_ACCOUNT_SID: seed.SANDBOX_ACCOUNT_SID,
      TWILIO_AUTH_TOKEN: seed.SANDBOX_AUTH_TOKEN,
      AUTH: 'none',
    });
    gateway = await start(config, pino({ level: 'silent' }));

    asked = seed.SEEDED_CHALLENGES.map(({ sid }) => sid).filter((sid) => sid !== HANGING);
    for (const sid of asked) {
      for (const ttl of TTLS) await resend(sid, ttl);
      await readChallenge(sid);
    }
    const created = await create();
    await resend(created, 300);
    await readChallenge(created);
    await call(ENTITY);
    for (const sid of [seed.VERIFIED_FACTOR_SID, seed.PLATFORM_NONE_FACTOR_SID, seed.UNVERIFIED_FACTOR_SID]) {
      await call(`${ENTITY}/Factors/${sid}`);
    }
    await readAround(PENDING);
    await call(`${ENTITY}/Challenges?PageSize=3&Status=pending&Order=desc`);
    await call(`${ENTITY}/Factors?PageSize=2&Page=0`);
  });

  afterAll(async () => {
    await gateway.close();
    await proxy.close();
    await sandbox.close();
  });

  const resend = (challengeSid: string, ttl?: number) =>
    ask(
      `mutation ($serviceSid: ID!, $identity: String!, $challengeSid: ID!, $ttl: Int) {
        resendChallengeNotification(
          serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid, ttl: $ttl
        ) {
          ... on Notification { challenge { status } }
          ... on ChallengeExpiredError { challenge { status } }
          ... on NotificationCapReachedError { challenge { status } }
        }
      }`,
      { challengeSid, ttl },
    );

  const readChallenge = (sid: string) =>
    ask(
      `query ($serviceSid: ID!, $identity: String!, $sid: ID!) {
        challenge(serviceSid: $serviceSid, identity: $identity, sid: $sid) { status }
      }`,
      { sid },
    );

  const readAround = (sid: string) =>
    ask(
      `query ($serviceSid: ID!, $identity: String!, $sid: ID!) {
        challenge(serviceSid: $serviceSid, identity: $identity, sid: $sid) { factor { sid } service { sid } }
        entity(serviceSid: $serviceSid, identity: $identity) {
          challenges(first: 2, status: PENDING, order: DESC) { edges { node { sid } } }
          factors { edges { node { sid } } }
        }
      }`,
      { sid },
    );

  async function ask(query: string, given: object): Promise<void> {
    const variables = { serviceSid: seed.SANDBOX_SERVICE_SID, identity: seed.SANDBOX_IDENTITY, ...given };
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    expect(answer.status).toBe(200);
    await answer.text();
  }

  async function create(): Promise<string> {
    const form = new URLSearchParams({
      FactorSid: seed.VERIFIED_FACTOR_SID,
      ExpirationDate: new Date(Date.now() + 600_000).toISOString(),
      'Details.Message': 'Sign in?',
      HiddenDetails: '{"ip":"172.168.1.234"}',
    });
    form.append('Details.Fields', '{"label":"Place","value":"Zürich"}');
    form.append('Details.Fields', '{"label":"Browser","value":"Firefox"}');
    const { sid } = (await call(`${ENTITY}/Challenges`, form)) as { sid: string };
    return sid;
  }

  async function call(path: string, form?: URLSearchParams): Promise<unknown> {
    const credentials = `${seed.SANDBOX_ACCOUNT_SID}:${seed.SANDBOX_AUTH_TOKEN}`;
    const answer = await fetch(proxy.url + path, {
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      ...(form && { method: 'POST', body: form }),
    });
    return answer.json();
  }

  const isSuccess = ({ answer }: Exchange) =>
    answer !== undefined && answer.status >= 200 && answer.status < 300;
  const isBroken = (exchange: Exchange) =>
    isSuccess(exchange) &&
    exchange.method === 'POST' &&
    BROKEN.some((sid) => exchange.path === `${ENTITY}/Challenges/${sid}/Notifications`);

  test('knows every request the gateway sends', () => {
    expect(proxy.exchanges.flatMap((exchange) => spec.requestProblems(exchange))).toEqual([]);
  });

  test('knows every body the sandbox answers with a success', () => {
    const successes = proxy.exchanges.filter((exchange) => isSuccess(exchange) && !isBroken(exchange));
    expect(successes.flatMap((exchange) => spec.answerProblems(exchange))).toEqual([]);

    const operations = new Set(successes.map((exchange) => spec.operationOf(exchange)?.operationId));
    expect([...operations].toSorted()).toEqual([
      'CreateChallenge',
      'CreateNotification',
      'FetchChallenge',
      'FetchEntity',
      'FetchFactor',
      'FetchService',
      'ListChallenge',
      'ListFactor',
    ]);
  });

  test('was held against a resend of each seeded challenge with each ttl', () => {
    const sent = proxy.exchanges.filter(({ path }) => path.endsWith('/Notifications'));
    for (const sid of asked) {
      const forms = sent.filter(({ path }) => path.includes(sid)).map(({ body }) => body);
      expect(forms, sid).toEqual(['', 'Ttl=0', 'Ttl=150', 'Ttl=300']);
    }
    const ttls = sent.filter((exchange) => isSuccess(exchange) && !isBroken(exchange)).map(ttlOf);
    expect(new Set(ttls)).toEqual(new Set([300, 0, 150]));
  });

  const ttlOf = ({ answer }: Exchange) => (JSON.parse(answer!.body) as { ttl: number }).ttl;

  describe('as it is checked here', () => {
    /** A resend that went well, to be spoiled. */
    const wellDone = () =>
      proxy.exchanges.find(({ path, body }) => path.includes(PENDING) && body === 'Ttl=150')!;
    const answering = (change: object): Exchange => {
      const exchange = wellDone();
      const json = JSON.parse(exchange.answer!.body) as object;
      return { ...exchange, answer: { ...exchange.answer!, body: JSON.stringify({ ...json, ...change }) } };
    };

    test("accepts Twilio's own examples", () => {
      const examples = spec.examples('CreateNotification');
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(spec.answerProblems(answering(example as object))).toEqual([]);
    });

    test.each([
      ['a number as text', { ttl: '150' }, '/ttl must be integer'],
      ['a fraction', { ttl: 1.5 }, '/ttl must be integer'],
      ['null where it is not allowed', { ttl: null }, '/ttl must be integer'],
      ['a SID of another kind', { sid: PENDING }, '/sid must match pattern "^NT[0-9a-fA-F]{32}$"'],
      [
        'a date of another form',
        { date_created: 'Fri, 20 Nov 2026 20:00:00 +0000' },
        '/date_created must match format "date-time"',
      ],
      ['a member that is not documented', { status: 'sent' }, '/ must NOT have additional properties'],
      ['a missing member', { priority: undefined }, "/ must have required property 'priority'"],
    ])('rejects a body with %s', (_, change, problem) => {
      expect(spec.answerProblems(answering(change))).toEqual([expect.stringContaining(problem)]);
    });

    test('rejects a body that is not JSON', () => {
      const broken = proxy.exchanges.filter(isBroken);
      expect(new Set(broken.map(({ path }) => path)).size).toBe(BROKEN.length);
      for (const exchange of broken) {
        expect(spec.answerProblems(exchange)).toEqual([expect.stringContaining('not JSON')]);
      }
    });

    test.each<[string, Partial<Exchange>, string]>([
      ['an unknown form parameter', { body: 'Ttl=150&Priority=high' }, 'must NOT have additional properties'],
      ['a Ttl that is no whole number', { body: 'Ttl=1.5' }, '/Ttl must be integer'],
      ['a Ttl given twice', { body: 'Ttl=1&Ttl=2' }, '/Ttl must be integer'],
      [
        'a content type that is not documented',
        { headers: { authorization: 'Basic eA==', 'content-type': 'application/json' } },
        'content type application/json',
      ],
      [
        'no credential',
        { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'no Basic credential',
      ],
      ['a method that is not documented', { method: 'PUT' }, 'not documented'],
      ['a path that is not documented', { path: `${ENTITY}/Challenges/${PENDING}/Pushes` }, 'not documented'],
      ['a query parameter', { path: `${ENTITY}/Challenges/${PENDING}/Notifications?Ttl=1` }, 'query Ttl'],
      [
        'a SID of another kind in the path',
        { path: `${ENTITY}/Challenges/${seed.VERIFIED_FACTOR_SID}/Notifications` },
        'ChallengeSid must match pattern "^YC[0-9a-fA-F]{32}$"',
      ],
    ])('rejects a request with %s', (_, change, problem) => {
      expect(spec.requestProblems({ ...wellDone(), ...change })).toEqual([expect.stringContaining(problem)]);
    });

    test('accepts the same request unspoiled', () => {
      expect(spec.requestProblems(wellDone())).toEqual([]);
    });
  });
});

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Content {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Content>> } | undefined>
  >;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

class Specification {
  readonly #openApi: OpenApi;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });

  constructor(openApi: OpenApi) {
    this.#openApi = openApi;
    formats.default(this.#ajv);
  }

  operationOf({ method, path }: Pick<Exchange, 'method' | 'path'>): Operation | undefined {
    const segments = pathname(path).split('/');
    const [, item] =
      Object.entries(this.#openApi.paths).find(([template]) => pathParameters(template, segments)) ?? [];
    return item?.[method.toLowerCase()] as Operation | undefined;
  }

  /** What the description does not allow in a request: nothing, when all is well. */
  requestProblems({ method, path, headers, body }: Exchange): string[] {
    const operation = this.operationOf({ method, path });
    if (!operation) return [`${method} ${path}: not documented`];
    return [
      ...this.#pathProblems(operation, path),
      ...queryProblems(operation, path),
      ...(/^Basic \S+$/.test(headers.authorization ?? '') ? [] : ['no Basic credential']),
      ...this.#bodyProblems(operation, headers['content-type'], body),
    ].map((problem) => `${method} ${path}: ${problem}`);
  }

  /** What the description does not allow in the body of a success. */
  answerProblems({ method, path, answer }: Exchange): string[] {
    const schema = this.operationOf({ method, path })?.responses[answer!.status]?.content?.[JSON_TYPE]
      ?.schema;
    const name = `${method} ${path} ${answer!.status}`;
    if (!schema) return [`${name}: not documented`];
    if (answer!.headers['content-type'] !== JSON_TYPE) return [`${name}: not sent as JSON`];
    const json = parsed(answer!.body);
    if (json === undefined) return [`${name}: not JSON`];
    // Nothing is required in Twilio's answers, so an empty object would do; Twilio sends every member.
    const whole = this.#jsonSchema(schema);
    const required = Object.keys(whole.properties ?? {});
    return this.#problems({ ...whole, required }, json).map((problem) => `${name}: ${problem}`);
  }

  examples(operationId: string): unknown[] {
    return Object.values(this.#openApi.paths)
      .flatMap((item) => Object.values(item) as Partial<Operation>[])
      .filter((operation) => operation.operationId === operationId)
      .flatMap(({ responses = {} }) => Object.values(responses))
      .flatMap((response) => Object.values(response?.content?.[JSON_TYPE]?.examples ?? {}))
      .map(({ value }) => value);
  }

  #pathProblems(operation: Operation, path: string): string[] {
    const segments = pathname(path).split('/');
    const templates = Object.keys(this.#openApi.paths);
    const values = templates.map((template) => pathParameters(template, segments)).find(Boolean)!;
    return Object.entries(values).flatMap(([name, value]) => {
      const parameter = operation.parameters?.find((known) => known.in === 'path' && known.name === name);
      if (!parameter) return [`path parameter ${name} is not documented`];
      return this.#problems(this.#jsonSchema(parameter.schema), value, name);
    });
  }

  #bodyProblems(operation: Operation, contentType: string | undefined, body: string): string[] {
    const [type] = contentType?.split(';') ?? [];
    if (type === undefined && body === '') return [];
    const content = operation.requestBody?.content[type ?? ''];
    if (!content || type !== FORM) return [`content type ${type} is not documented`];
    const schema = this.#jsonSchema(content.schema);
    return this.#problems(schema, formValues(new URLSearchParams(body), schema));
  }

  #problems(schema: object, value: unknown, name = ''): string[] {
    const validate = this.#ajv.compile(schema);
    const text = ({ instancePath, message }: ErrorObject) => `${name || instancePath || '/'} ${message}`;
    return validate(value) ? [] : validate.errors!.map(text);
  }

  /** OpenAPI 3.0 in JSON Schema's words, and closed: a member that is not documented is a problem. */
  #jsonSchema({ $ref, ...schema }: Schema): Schema & object {
    if ($ref) return this.#jsonSchema(this.#openApi.components.schemas[$ref.split('/').at(-1)!]!);
    const { nullable, format, properties, items, ...rest } = schema;
    return {
      ...rest,
      // Without a type everything is allowed already, null too, and ajv takes nullable only beside a type.
      ...(nullable && rest.type && { nullable }),
      ...(format && (format === 'uri-map' ? URI_MAP : { format })),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [name, this.#jsonSchema(property)]),
        ),
        additionalProperties: false,
      }),
      ...(items && { items: this.#jsonSchema(items) }),
    };
  }
}

/** Twilio's own format: an object of links. */
const URI_MAP = { additionalProperties: { type: 'string', format: 'uri' } };

const pathname = (path: string) => path.split('?')[0]!;

/** The values of a template's parameters; undefined when the path is another one. */
function pathParameters(template: string, segments: readonly string[]): Record<string, string> | undefined {
  const names = template.split('/');
  const matches = (name: string, index: number) =>
    name.startsWith('{') ? segments[index] !== '' : name === segments[index];
  if (names.length !== segments.length || !names.every(matches)) return undefined;
  return Object.fromEntries(
    names.flatMap((name, index) =>
      name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(segments[index]!)]] : [],
    ),
  );
}

function queryProblems({ parameters = [] }: Operation, path: string): string[] {
  const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  return [...new URLSearchParams(path.split('?')[1])]
    .filter(([name]) => !known.includes(name))
    .map(([name]) => `query ${name} is not documented`);
}

/** A form carries text alone: read as the type that is documented where it can be, else left as it is. */
function formValues(form: URLSearchParams, schema: Schema): Record<string, unknown> {
  const valueOf = (name: string) => {
    const type = schema.properties?.[name]?.type;
    const values = form.getAll(name);
    if (type === 'array' || values.length > 1) return values;
    return type === 'integer' && /^-?\d+$/.test(values[0]!) ? Number(values[0]) : values[0];
  };
  return Object.fromEntries([...form.keys()].map((name) => [name, valueOf(name)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
