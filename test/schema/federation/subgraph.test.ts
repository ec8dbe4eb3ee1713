import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { SANDBOX_IDENTITY, SANDBOX_SERVICE_SID, seededSid } from '../../../src/sandbox/seed.ts';
import { buildSchema, printSdl } from '../../../src/schema/index.ts';
import { secretFile } from '../../helpers/secretFile.ts';
import { watchSandbox } from '../../helpers/sandboxCalls.ts';
import { startGateway } from '../../helpers/startGateway.ts';

const ENTITY = { serviceSid: SANDBOX_SERVICE_SID, identity: SANDBOX_IDENTITY };
const KEYS: Record<string, Record<string, string>> = {
  Service: { sid: SANDBOX_SERVICE_SID },
  Entity: ENTITY,
  Factor: { ...ENTITY, sid: seededSid('YF', 1) },
  Challenge: { ...ENTITY, sid: seededSid('YC', 1) },
};
const idOf = (typename: string, key = KEYS[typename]!) =>
  Buffer.from([typename, ...Object.values(key)].join('/')).toString('base64url');

const ENTITIES = /* GraphQL */ `
  query Entities($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename
      ... on Node {
        id
      }
    }
  }
`;

async function startSubgraph(env: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway({ FEDERATION: 'on', ...env });
  const calls = watchSandbox();
  const entities = (...representations: unknown[]) => gateway.graphql(ENTITIES, { representations });
  return { gateway, calls, entities };
}

describe('_entities', () => {
  it.each(Object.entries(KEYS))('_entities reads a %s by its key, and by its id', async (typename, key) => {
    const { entities, calls } = await startSubgraph();
    const id = idOf(typename);
    const answer = await entities(
      { __typename: typename, ...key },
      { __typename: typename, id },
      { __typename: typename, id, ...key },
    );
    expect(answer).toEqual({ data: { _entities: Array(3).fill({ __typename: typename, id }) } });
    expect(calls).toHaveLength(1);
  });

  it('_entities takes representations from the document as well', async () => {
    const { gateway } = await startSubgraph();
    const document = `query ($sid: ID!) { _entities(representations: [{ __typename: "Service", sid: $sid }]) {
      ... on Service { sid } } }`;
    expect(await gateway.graphql(document, { sid: SANDBOX_SERVICE_SID })).toEqual({
      data: { _entities: [{ sid: SANDBOX_SERVICE_SID }] },
    });
  });

  it('_entities answers each representation in its place: null for one that does not exist, an error for one at fault', async () => {
    const { entities } = await startSubgraph();
    const { data, errors } = await entities(
      { __typename: 'Entity', ...ENTITY },
      { __typename: 'Challenge', ...ENTITY, sid: `YC${'e'.repeat(32)}` },
      { __typename: 'Entity', ...ENTITY, identity: 'no' },
      { __typename: 'Service', sid: SANDBOX_SERVICE_SID },
    );
    const found = (typename: string) => ({ __typename: typename, id: idOf(typename) });
    expect(data).toEqual({ _entities: [found('Entity'), null, null, found('Service')] });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['_entities', 2],
        extensions: {
          code: 'BAD_USER_INPUT',
          issues: [{ path: 'identity', message: 'identity must be 8 to 64 letters, digits or dashes.' }],
        },
      }),
    ]);
  });

  const challenge = { __typename: 'Challenge', ...KEYS['Challenge'] };
  const other = { ...KEYS['Challenge'], sid: seededSid('YC', 2) };
  it.each([
    ['nothing in it', {}, ['__typename']],
    ['a list', [challenge], ['']],
    ['text', 'Challenge', ['']],
    ['a number', 7, ['']],
    ['no __typename', KEYS['Challenge'], ['__typename']],
    ['an unknown type', { ...challenge, __typename: 'User' }, ['__typename']],
    ['a type without a key', { ...challenge, __typename: 'Notification' }, ['__typename']],
    ['the name of a member of every object', { __typename: 'constructor' }, ['__typename']],
    ['a __typename that is no text', { ...challenge, __typename: ['Challenge'] }, ['__typename']],
    ['no key', { __typename: 'Challenge' }, ['serviceSid', 'identity', 'sid']],
    ['half a key', { __typename: 'Challenge', ...ENTITY }, ['sid']],
    ['null in the key', { ...challenge, sid: null }, ['sid']],
    ['an object in the key', { ...challenge, sid: { toString: 'x' } }, ['sid']],
    ['a list in the key', { ...challenge, sid: [seededSid('YC', 1)] }, ['sid']],
    ['a SID of another kind', { ...challenge, sid: seededSid('YF', 1) }, ['sid']],
    ['a path in the identity', { ...challenge, identity: '../sandbox-user' }, ['identity']],
    ['a field that is in no key', { ...challenge, status: 'APPROVED' }, ['']],
    ['a prototype', JSON.parse(`{ "__typename": "Challenge", "__proto__": ${JSON.stringify(other)} }`), ['']],
    ['no id', { __typename: 'Challenge', id: null }, ['id']],
    ['an id of nothing', { __typename: 'Challenge', id: 'nonsense' }, ['id']],
    ['the id of another type', { __typename: 'Challenge', id: idOf('Factor') }, ['id']],
    ['the id of another object', { ...challenge, id: idOf('Challenge', other) }, ['id']],
  ])('_entities takes no representation with %s, and asks nothing', async (_, representation, paths) => {
    const { entities, calls } = await startSubgraph();
    const { data, errors } = await entities(representation);
    expect(data).toEqual({ _entities: [null] });
    expect(errors).toHaveLength(1);
    const { code, issues } = errors![0]!.extensions!;
    expect([code, issues.map(({ path }: { path: string }) => path)]).toEqual(['BAD_USER_INPUT', paths]);
    expect(calls).toEqual([]);
  });

  it('_entities answers any representation with an object, with null or with an error that says why', async () => {
    const { gateway, calls } = await startSubgraph({ LIMIT_UPSTREAM_CALLS: '1000' });
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(...Object.keys(KEYS), ...Object.values(KEYS).flatMap((key) => Object.values(key))),
      fc.constantFrom(...Object.keys(KEYS).map((typename) => idOf(typename))),
    );
    const name = fc.oneof(fc.string(), fc.constantFrom('id', 'sid', 'serviceSid', 'identity', '__proto__'));
    const representation = fc
      .tuple(fc.oneof(value, fc.constantFrom(...Object.keys(KEYS))), fc.array(fc.tuple(name, value)))
      .map(([__typename, fields]) => ({ __typename, ...Object.fromEntries(fields) }));
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(representation, fc.anything({ withNullPrototype: false })), {
          minLength: 1,
          maxLength: 50,
        }),
        async (given) => {
          const representations = JSON.parse(JSON.stringify(given.map((one) => one ?? 0))) as unknown[];
          const { data, errors = [] } = await gateway.graphql(ENTITIES, { representations });
          const codes = errors.map(({ extensions }) => extensions!['code'] as string);
          expect(codes.filter((code) => code !== 'BAD_USER_INPUT')).toEqual([]);
          if (!data) return;
          const objects = data['_entities'].filter(Boolean).length;
          expect(objects + errors.length).toBe(representations.length);
          found += objects;
        },
      ),
      { numRuns: 60 },
    );
    expect(calls.length).toBeLessThanOrEqual(found);
  });

  it('_entities takes null for no representation', async () => {
    const { entities, calls } = await startSubgraph();
    const { data, errors } = await entities(null);
    expect([data, errors![0]!.extensions!['code'], calls]).toEqual([undefined, 'BAD_USER_INPUT', []]);
  });

  it('_entities takes 50 representations and no more', async () => {
    const { entities, calls } = await startSubgraph();
    const service = { __typename: 'Service', ...KEYS['Service'] };
    expect((await entities(...Array(50).fill(service))).data!['_entities']).toHaveLength(50);
    expect(calls).toHaveLength(1);
    const { data, errors } = await entities(...Array(51).fill(service));
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      { path: ['_entities'], extensions: { code: 'BAD_USER_INPUT', issues: [{ path: 'representations' }] } },
    ]);
    expect(calls).toHaveLength(1);
  });

  it('_entities is answered among trusted documents when the list has it', async () => {
    const { path } = secretFile(JSON.stringify({ entities: ENTITIES }));
    const { gateway, entities } = await startSubgraph({ TRUSTED_DOCUMENTS: path });
    const service = { __typename: 'Service', ...KEYS['Service'] };
    expect((await entities(service)).data).toEqual({
      _entities: [{ __typename: 'Service', id: idOf('Service') }],
    });
    const { errors } = await gateway.graphql(`${ENTITIES} #`, { representations: [service] });
    expect(errors![0]!.extensions!['code']).toBe('UNTRUSTED_DOCUMENT');
  });

  it('_entities keeps to the calls of one operation', async () => {
    const { entities } = await startSubgraph({ LIMIT_UPSTREAM_CALLS: '2' });
    const { data, errors } = await entities(
      ...Object.entries(KEYS).map(([typename, key]) => ({ __typename: typename, ...key })),
    );
    expect(data!['_entities'].map(Boolean)).toEqual([true, true, false, false]);
    expect(errors!.map(({ extensions }) => extensions!['code'])).toEqual(
      Array(2).fill('TOO_MANY_UPSTREAM_CALLS'),
    );
  });
});

describe('_service', () => {
  const SERVICE = '{ _service { sdl } }';

  it('_service gives the SDL that the command prints', async () => {
    const { gateway } = await startSubgraph();
    const { data } = await gateway.graphql(SERVICE);
    expect(data).toEqual({ _service: { sdl: printSdl({ federation: true }) } });
  });

  it.each([
    ['INTROSPECTION=off', { INTROSPECTION: 'off' }],
    ['production', { NODE_ENV: 'production' }],
  ])('_service is refused with %s, where the schema is private', async (_, env) => {
    const { gateway, entities } = await startSubgraph(env);
    for (const document of [SERVICE, `{ a: _service { __typename } }`]) {
      const { data, errors } = await gateway.graphql(document);
      expect(data).toBeUndefined();
      expect(errors!.map(({ message }) => message)).toEqual(['This server does not answer introspection.']);
    }
    const service = { __typename: 'Service', ...KEYS['Service'] };
    expect((await entities(service)).errors).toBeUndefined();
    const { errors } = await entities({ __typename: 'Challeng' });
    expect(JSON.stringify(errors)).not.toMatch(/Entity|Factor|Challenge/);
  });

  it('_service leaves out the directives that composition adds by itself', () => {
    expect(printSdl({ federation: true })).not.toMatch(/_service|_entities|_Any|_Entity/);
    expect(() => parse(printSdl({ federation: true }))).not.toThrow();
  });
});

describe('without FEDERATION', () => {
  it('without FEDERATION the schema has no _entities and no _service', async () => {
    const { gateway } = await startSubgraph({ FEDERATION: 'off', INTROSPECTION: 'off' });
    for (const document of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
      const { data, errors } = await gateway.graphql(document);
      expect(data).toBeUndefined();
      expect(errors!.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^Cannot query field "_(service|entities)" on type "Query"\.$/),
      ]);
    }
    expect(Object.keys(buildSchema().getTypeMap()).filter((name) => /^_[A-Z]/.test(name))).toEqual([]);
  });
});
