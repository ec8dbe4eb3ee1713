import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLInputField,
  GraphQLInputType,
  GraphQLObjectType,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../src/auth/caller.ts';
import { buildSchema } from '../../src/schema/index.ts';
import { SANDBOX_IDENTITY, SANDBOX_SERVICE_SID, seededSid } from '../../src/sandbox/seed.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import type { SigningKey } from '../helpers/issuer.ts';
import { PUBLIC_KEY } from '../helpers/mutations.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { httpAnswer, startUpstream } from '../helpers/upstream.ts';

/*
 * Nothing here is a list of fields: the schema is walked, so that a field that is added is tested with the others.
 */

const schema = buildSchema({ federation: true });
const MALLORY = 'mallory-9999';

/** A person whose tokens carry every scope but that for any identity. */
const PERSONAL = SCOPES.filter((scope) => scope !== 'verify:any-identity').join(' ');

let key: SigningKey;
beforeAll(async () => {
  key = await makeKey('one');
});

async function startGuarded(env: NodeJS.ProcessEnv = {}) {
  const issuer = await startIssuer(key);
  const gateway = await startGateway({ FEDERATION: 'on', ...env, ...issuer.env });
  const ask = async (query: string, claims: { sub: string; scope?: string }): Promise<GraphQLAnswer> => {
    const token = await sign(key, { scope: PERSONAL, ...claims });
    return (await (await gateway.post({ query }, bearer(token))).json()) as GraphQLAnswer;
  };
  return { gateway, ask, calls: watchSandbox() };
}

/** A value that passes the rules, by the name of the argument or by its type; all of it belongs to the sandbox's user. */
const BY_NAME: Record<string, unknown> = {
  serviceSid: SANDBOX_SERVICE_SID,
  identity: SANDBOX_IDENTITY,
  challengeSid: seededSid('YC', 1),
  factorSid: seededSid('YF', 1),
  publicKey: PUBLIC_KEY,
  notificationToken: 't'.repeat(32),
  identities: SANDBOX_IDENTITY,
  bindingSid: `BS${'a'.repeat(32)}`,
  notifyServiceSid: `IS${'0'.repeat(32)}`,
  ttl: 60,
  first: 1,
};

const globalId = (typename: string, ...parts: string[]) =>
  Buffer.from([typename, SANDBOX_SERVICE_SID, ...parts].join('/')).toString('base64url');
const ENTITY = { serviceSid: SANDBOX_SERVICE_SID, identity: SANDBOX_IDENTITY };
const KEYS = {
  Entity: ENTITY,
  Factor: { ...ENTITY, sid: seededSid('YF', 1) },
  Challenge: { ...ENTITY, sid: seededSid('YC', 1) },
};
const IDS = {
  Entity: globalId('Entity', SANDBOX_IDENTITY),
  Factor: globalId('Factor', SANDBOX_IDENTITY, seededSid('YF', 1)),
  Challenge: globalId('Challenge', SANDBOX_IDENTITY, seededSid('YC', 1)),
};

/** A literal for an argument or an input field. */
function literal(name: string, type: GraphQLInputType, owner: string): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${literal(name, nullable.ofType, owner)}]`;
  if (isInputObjectType(nullable)) {
    const members = Object.values(nullable.getFields()).filter(isNeeded);
    return `{ ${members.map((member) => `${member.name}: ${literal(member.name, member.type, owner)}`).join(', ')} }`;
  }
  if (name === 'serviceSid' && isNotify(owner)) return JSON.stringify(BY_NAME['notifyServiceSid']);
  if (name === 'sid' && isNotify(owner)) return JSON.stringify(BY_NAME['bindingSid']);
  if (name === 'sid') return JSON.stringify(BY_NAME[owner === 'service' ? 'serviceSid' : `${owner}Sid`]);
  if (name in BY_NAME) return JSON.stringify(BY_NAME[name]);
  if (name === 'notificationPlatform' || name === 'bindingType') return 'FCM';
  if (isScalarType(nullable) && nullable.name === 'String') return JSON.stringify('Text');
  throw new Error(`No value for ${owner}(${name}: ${String(type)}): teach this test one`);
}

/** What is required, and what rules that the schema cannot tell ask for. */
const isNeeded = ({ name, type }: GraphQLInputField | GraphQLArgument) =>
  isNonNullType(type) || ASKED_FOR.includes(name);
const ASKED_FOR = ['authPayload', 'details', 'message', 'notificationToken', 'identity', 'identities'];

const isNotify = (owner: string) => /notify/i.test(owner);

function call(field: GraphQLField<unknown, unknown>): string {
  const args = field.args.filter(isNeeded);
  const list = args.map(({ name, type }) => `${name}: ${literal(name, type, field.name)}`).join(', ');
  return `${field.name}${list && `(${list})`} ${selectionOf(field)}`;
}

/** Selects a scalar of whatever it gives. */
function selectionOf({ type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type);
  return isObjectType(named) || isUnionType(named) || isInterfaceType(named) ? '{ __typename }' : '';
}

const rootFields = [schema.getQueryType()!, schema.getMutationType()!].flatMap((root) =>
  Object.values(root.getFields()).map((field) => ({
    root: root === schema.getQueryType() ? 'query' : 'mutation',
    field,
  })),
);
const isById = ({ name }: GraphQLField<unknown, unknown>) => ['node', 'nodes', '_entities'].includes(name);
const isOfNobody = ({ name }: GraphQLField<unknown, unknown>) => name === 'service' || name === '_service';

/** A representation, as a router sends it. */
function entities(typename: string, key: Readonly<Record<string, string>>): string {
  const fields = Object.entries(key).map(([name, value]) => `${name}: "${value}"`);
  return `{ _entities(representations: [{ __typename: "${typename}", ${fields.join(', ')} }]) { __typename } }`;
}

/** Every operation that names the sandbox's user: each root field, each kind of global id, each key of each type. */
const operations: readonly (readonly [title: string, document: string])[] = [
  ...rootFields
    .filter(({ field }) => !isById(field) && !isOfNobody(field))
    .map(({ root, field }) => [`${root} ${field.name}`, `${root} { ${call(field)} }`] as const),
  ...Object.entries(IDS).flatMap(([typename, id]) => [
    [`query node of a ${typename}`, `{ node(id: "${id}") { __typename } }`] as const,
    [`query nodes of a ${typename}`, `{ nodes(ids: ["${id}"]) { __typename } }`] as const,
    [`query _entities of a ${typename}, by its id`, entities(typename, { id })] as const,
  ]),
  ...Object.entries(KEYS).map(
    ([typename, key]) => [`query _entities of a ${typename}, by its key`, entities(typename, key)] as const,
  ),
];

/** The same about a challenge and a factor that do not exist. */
const withMissing = (document: string) => document.replaceAll(/(?<=Y[CF])0{31}1/g, 'e'.repeat(32));

describe('the token of another person', () => {
  it.each(operations)(
    'the token of another person may not do %s, and nothing goes upstream',
    async (_, document) => {
      const { gateway, ask, calls } = await startGuarded();
      const { data, errors } = await ask(document, { sub: MALLORY });
      expect(errors).toEqual([
        expect.objectContaining({
          message: 'This belongs to another identity.',
          extensions: { code: 'FORBIDDEN' },
        }),
      ]);
      expect(Object.values(data ?? {}).flat()).toEqual([null]);
      expect(calls).toEqual([]);
      const [denial, ...others] = gateway.lines.filter(({ msg }) => msg === 'denied');
      expect(others).toEqual([]);
      expect(denial).toMatchObject({
        code: 'FORBIDDEN',
        caller: gateway.hashOf(MALLORY),
        path: expect.arrayContaining([denial!['field']]),
      });
      expect(JSON.stringify(gateway.lines)).not.toContain(MALLORY);
    },
  );

  it.each(operations)(
    'the token of another person learns nothing from %s about what exists',
    async (_, document) => {
      const { ask } = await startGuarded();
      const [existing, missing] = await Promise.all([
        ask(document, { sub: MALLORY }),
        ask(withMissing(document), { sub: MALLORY }),
      ]);
      expect(existing).toEqual(missing);
    },
  );

  it.each(operations)('the identity in the token is the only obstacle to %s', async (_, document) => {
    const { ask, calls } = await startGuarded();
    const { errors } = await ask(document, { sub: SANDBOX_IDENTITY });
    if (document.includes(SANDBOX_IDENTITY) || /node|_entities/.test(document)) {
      expect(errors).toBeUndefined();
      expect(calls).not.toEqual([]);
    } else {
      // What names nobody may be about anybody.
      expect(errors![0]!.extensions).toEqual({ code: 'FORBIDDEN' });
      expect(calls).toEqual([]);
    }
    const any = await startGuarded();
    const service = { sub: MALLORY, scope: SCOPES.join(' ') };
    expect((await any.ask(document, service)).errors).toBeUndefined();
  });

  it('the token of another person learns no more of fifty people than of twenty: each costs a call of the operation', async () => {
    const { gateway, ask, calls } = await startGuarded();
    const ids = Array.from({ length: 50 }, (_, index) => globalId('Entity', `somebody-${index}`));
    const { errors } = await ask(`{ nodes(ids: ${JSON.stringify(ids)}) { __typename } }`, { sub: MALLORY });
    const codes = errors!.map(({ extensions }) => extensions!['code'] as string);
    expect(codes.filter((code) => code === 'FORBIDDEN')).toHaveLength(20);
    expect(codes.filter((code) => code === 'TOO_MANY_UPSTREAM_CALLS')).toHaveLength(30);
    expect(gateway.lines.filter(({ msg }) => msg === 'denied')).toHaveLength(20);
    expect(calls).toEqual([]);
  });

  it('the token of any person may read a service: it belongs to no person', async () => {
    const { ask } = await startGuarded();
    const { data } = await ask(`{ service(sid: "${SANDBOX_SERVICE_SID}") { sid } }`, { sub: MALLORY });
    expect(data).toEqual({ service: { sid: SANDBOX_SERVICE_SID } });
  });

  it('the token of another person cannot continue with a cursor', async () => {
    const { ask, calls } = await startGuarded();
    const list = (identity: string, after = '') =>
      `{ entity(serviceSid: "${SANDBOX_SERVICE_SID}", identity: "${identity}") { challenges(first: 1${after}) { pageInfo { endCursor } } } }`;
    const { data } = await ask(list(SANDBOX_IDENTITY), { sub: SANDBOX_IDENTITY });
    const cursor = data!['entity'].challenges.pageInfo.endCursor as string;
    const before = calls.length;
    const { errors } = await ask(list(SANDBOX_IDENTITY, `, after: "${cursor}"`), { sub: MALLORY });
    expect(errors![0]!.extensions).toEqual({ code: 'FORBIDDEN' });
    expect(calls).toHaveLength(before);
  });

  it.each(['SANDBOX-USER', 'sandbox-user ', 'sandbox-use', 'sandbox-userx', '*', ''])(
    'the token of another person may not pass for sandbox-user as "%s"',
    async (sub) => {
      const { ask, calls } = await startGuarded();
      const answer = await ask(operations.find(([title]) => title === 'query entity')![1], { sub });
      expect(answer.data?.['entity'] ?? null).toBeNull();
      expect(calls).toEqual([]);
    },
  );
});

/** Whether a field leads to objects that are read by their own key, or to a list of them. */
function isEdge({ type }: GraphQLField<unknown, unknown>): boolean {
  const named = getNamedType(type);
  if (!isObjectType(named)) return false;
  return isNode(named) || named.name.endsWith('Connection');
}

const isNode = (type: GraphQLObjectType) => type.getInterfaces().some(({ name }) => name === 'Node');

const objectTypes = Object.values(schema.getTypeMap()).filter(isObjectType);

/** Fields that lead from one object to others, without the parts of a connection. */
const edges = objectTypes
  .filter(({ name }) => !/^__|^Query$|^Mutation$|(Connection|Edge)$/.test(name))
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter(isEdge)
      .map((field) => [`${type.name}.${field.name}`, type, field] as const),
  );

/** An operation that arrives at a type: by its id, or as what a mutation makes. */
function operationTo(type: GraphQLObjectType, selection: string): string {
  const onType = `{ ... on ${type.name} { ${selection} } }`;
  if (isNode(type)) return `{ node(id: "${IDS[type.name as keyof typeof IDS]}") ${onType} }`;
  const { field } = rootFields.find(({ field: { type: result } }) => {
    const union = getNamedType(result);
    return isUnionType(union) && union.getTypes().includes(type);
  })!;
  return `mutation { ${call(field).replace('{ __typename }', onType)} }`;
}

/** What upstream answers to everything: an object of somebody else. */
const STRANGERS = httpAnswer(
  200,
  JSON.stringify({
    sid: seededSid('NT', 1),
    identity: 'stranger-1',
    service_sid: SANDBOX_SERVICE_SID,
    factor_sid: seededSid('YF', 2),
    challenge_sid: seededSid('YC', 2),
  }),
);

describe('edges of the graph', () => {
  const personal = edges.filter(([, type, field]) => 'identity' in type.getFields() && !isOfNobody(field));

  it.each(personal)(
    'the edge %s leads nowhere when upstream says that the object is another person’s',
    async (_, type, field) => {
      const upstream = await startUpstream(STRANGERS);
      const { ask } = await startGuarded(upstreamAt(upstream.url));
      const { data, errors } = await ask(operationTo(type, call(field)), { sub: SANDBOX_IDENTITY });
      expect(Object.values(data!)).toEqual([{ [field.name]: null }]);
      expect(errors!.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN' }]);
      expect(upstream.received.join('').match(/HTTP\/1\.1/g)).toHaveLength(1);
    },
  );

  it('the edges to personal objects include Notification.challenge', () => {
    expect(personal.map(([title]) => title)).toContain('Notification.challenge');
  });
});

describe('the scopes', () => {
  const declared = (field: GraphQLField<unknown, unknown>) =>
    (field.extensions as { pothosOptions?: { scope?: string } }).pothosOptions?.scope;

  it.each([
    // Those of federation are declared elsewhere; what they come to is tested below.
    ...rootFields
      .filter(({ field }) => !field.name.startsWith('_'))
      .map(({ root, field }) => [`${root} ${field.name}`, field] as const),
    ...edges.map(([title, , field]) => [title, field] as const),
  ])('the scopes of %s are declared beside it', (_, field) => {
    expect(declared(field)).toBeDefined();
  });

  const needs = (title: string) => {
    if (/notify/i.test(title)) return needsOfNotify(title);
    if (title.startsWith('query')) return 'verify:read';
    return title.endsWith('resendChallengeNotification') ? 'verify:resend' : 'verify:write';
  };
  const needsOfNotify = (title: string) => {
    if (title.startsWith('query')) return 'notify:read';
    return title.includes('send') ? 'notify:send' : 'notify:write';
  };
  const everything = [
    ...operations,
    ['query service', `{ service(sid: "${SANDBOX_SERVICE_SID}") { sid } }`] as const,
    ['query _entities of a Service', entities('Service', { sid: SANDBOX_SERVICE_SID })] as const,
  ];

  it.each(everything)('the scopes of %s are needed by every caller', async (title, document) => {
    const { ask, calls } = await startGuarded();
    const scope = SCOPES.filter((other) => other !== needs(title)).join(' ');
    const { errors } = await ask(document, { sub: SANDBOX_IDENTITY, scope });
    expect(errors!.map(({ message, extensions }) => [message, extensions])).toEqual([
      [`This needs the scope ${needs(title)}.`, { code: 'FORBIDDEN' }],
    ]);
    expect(calls).toEqual([]);
  });

  it.each([
    ['Challenge', 'hiddenDetails'],
    ['Factor', 'config { notificationPlatform }'],
  ] as const)('a %s shows its %s only with the scope verify:admin', async (typename, selection) => {
    const { ask } = await startGuarded();
    const document = `{ node(id: "${IDS[typename]}") { ... on ${typename} { sid ${selection} } } }`;
    const read = await ask(document, { sub: SANDBOX_IDENTITY, scope: 'verify:read' });
    expect(read.data!['node']).toEqual({ sid: expect.any(String), [selection.split(' ')[0]!]: null });
    expect(read.errors![0]).toMatchObject({
      message: 'This needs the scope verify:admin.',
      extensions: { code: 'FORBIDDEN' },
    });
    const administer = await ask(document, { sub: SANDBOX_IDENTITY, scope: 'verify:read verify:admin' });
    expect(administer.errors).toBeUndefined();
  });

  it('the scopes of an issuer that lists them are taken from scp', async () => {
    const { ask } = await startGuarded();
    const claims = { sub: SANDBOX_IDENTITY, scope: undefined, scp: ['verify:read', 'other:thing'] };
    const { errors } = await ask(operations.find(([title]) => title === 'query entity')![1], claims as never);
    expect(errors).toBeUndefined();
  });

  it('unknown scopes give nothing', async () => {
    const { ask } = await startGuarded();
    const claims = { sub: SANDBOX_IDENTITY, scope: 'VERIFY:READ verify:* read * verify:readx' };
    const { errors } = await ask(operations.find(([title]) => title === 'query entity')![1], claims);
    expect(errors![0]!.extensions).toEqual({ code: 'FORBIDDEN' });
  });
});

it('a resend of another person reserves nothing: the owner of the challenge can resend', async () => {
  const { ask } = await startGuarded({ RESEND_COOLDOWN_SECONDS: '20', RESEND_LIMIT_PER_IDENTITY: '1' });
  const [, resend] = operations.find(([title]) => title.endsWith('resendChallengeNotification'))!;
  for (let tries = 0; tries < 3; tries += 1) await ask(resend, { sub: MALLORY });
  const { data } = await ask(resend, { sub: SANDBOX_IDENTITY });
  expect(data!['resendChallengeNotification']).toEqual({ __typename: 'Notification' });
});
