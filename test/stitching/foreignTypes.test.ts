import { stitchSchemas } from '@graphql-tools/stitch';
import { wrapSchema } from '@graphql-tools/wrap';
import { printType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSchema, createTwilio } from '../../src/index.ts';
import { createSubschema } from '../../src/stitching/index.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { schemaOf, stitchHost } from '../helpers/stitchedHost.ts';

/** Types called as ours are, which mean something else. */
const FOREIGN = `
  scalar DateTime @specifiedBy(url: "https://time.example")
  interface Node { id: ID! owner: String }
  interface Error { message: String }
  type Service implements Node { id: ID! owner: String sid: ID! sla: String friendlyName: Int }
  type Entity { legalName: String }
  type Notification { sid: Int subject: String ttl: String sentAt: DateTime }
  type PageInfo { total: Int hasNextPage: Int }
  type Failure implements Error { message: String }
  enum NextAction { DANCE }
  input CreateEntityInput { legalName: String! }
  type Query {
    services: [Service] entities: [Entity] inbox: Notification page: PageInfo
    dance(step: NextAction, with: CreateEntityInput): Error
  }`;

const foreign = () =>
  schemaOf(FOREIGN, { inbox: () => ({ sid: 1, subject: 'News', ttl: 'long', sentAt: 'yesterday' }) });

const typesOf = (schema: GraphQLSchema, names: Iterable<string>) =>
  [...names].map((name) => printType(schema.getType(name)!));

const namesOf = (schema: GraphQLSchema) =>
  Object.keys(schema.getTypeMap()).filter(
    (name) => !/^(?:__.*|Query|Mutation|Subscription|Boolean|Int|String|ID|Float)$/.test(name),
  );

/** What it says of types that do not fit. */
function readWarnings() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return () => warn.mock.calls.map(([text]) => String(text));
}

describe.each([
  ['behind', (ours: any, theirs: any) => [ours, theirs]],
  ['before', (ours: any, theirs: any) => [theirs, ours]],
])('with a prefix, and a schema %s it that has types of the same names', (place, inOrder) => {
  it(`a host with a prefix keeps every type of a schema ${place} ours exactly as it is`, () => {
    const warnings = readWarnings();
    const ours = createSubschema({ endpoint: 'http://127.0.0.1:1/graphql', prefix: 'Verify' });
    const alone = wrapSchema(ours);
    const names = namesOf(alone);
    expect(names.filter((name) => !name.startsWith('Verify'))).toEqual([]);
    expect(names.length).toBeGreaterThan(80);
    const stitched = stitchSchemas({ subschemas: inOrder(ours, foreign()) });
    expect(typesOf(stitched, names)).toEqual(typesOf(alone, names));
    expect(typesOf(stitched, namesOf(foreign()))).toEqual(typesOf(foreign(), namesOf(foreign())));
    expect(warnings()).toEqual([]);
  });

  it(`a host with a prefix answers for a schema ${place} ours, and for ours`, async () => {
    const { url } = await startGateway();
    const ours = createSubschema({ endpoint: `${url}/graphql`, prefix: 'Verify' });
    const { ask } = stitchHost(...inOrder(ours, foreign()));
    const read = `query ($serviceSid: ID!) {
      inbox { __typename sid subject ttl sentAt }
      service(sid: $serviceSid) { __typename friendlyName ... on VerifyNode { id } }
    }`;
    expect(await ask(read, PENDING)).toEqual({
      data: {
        inbox: { __typename: 'Notification', sid: 1, subject: 'News', ttl: 'long', sentAt: 'yesterday' },
        service: { __typename: 'VerifyService', friendlyName: 'Sandbox', id: expect.any(String) },
      },
    });
    const invented = await ask('query ($s: ID!) { service(sid: $s) { sla } }', { s: PENDING.serviceSid });
    expect(invented.errors![0]!.message).toContain('Cannot query field "sla" on type "VerifyService"');
  });
});

describe('a root field of two schemas', () => {
  const OTHER =
    'type Query { node(id: ID!): Node } interface Node { id: ID! } type Thing implements Node { id: ID! }';
  const theirs = () => schemaOf(OTHER, { node: () => ({ __typename: 'Thing', id: 'theirs' }) });
  const read = '{ node(id: "theirs") { __typename } }';
  const THEIRS = { data: { node: { __typename: 'Thing' } } };

  it('a root field of two schemas is that of the last subschema', async () => {
    const warnings = readWarnings();
    const { url } = await startGateway();
    const ours = createSubschema({ endpoint: `${url}/graphql`, prefix: 'Verify' });
    expect(await stitchHost(ours, theirs()).ask(read)).toEqual(THEIRS);
    const { errors } = await stitchHost(theirs(), ours).ask(read);
    expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(warnings()[0]).toContain('"Query.node"');
  });

  it('a root field of two schemas can be two, by the names the host gives ours', async () => {
    const warnings = readWarnings();
    const { url } = await startGateway();
    const rootFields = { node: 'verifyNode', nodes: 'verifyNodes' };
    const ours = createSubschema({ endpoint: `${url}/graphql`, prefix: 'Verify', rootFields });
    const { ask } = stitchHost(theirs(), ours);
    expect(await ask(read)).toEqual(THEIRS);
    const { data } = await ask('query ($sid: ID!) { service(sid: $sid) { id } }', {
      sid: PENDING.serviceSid,
    });
    const { id } = data!['service'];
    expect(await ask('query ($id: ID!) { verifyNode(id: $id) { __typename id } }', { id })) //
      .toEqual({ data: { verifyNode: { __typename: 'VerifyService', id } } });
    expect(warnings()).toEqual([]);
  });
});

describe('without a prefix', () => {
  const THEIRS = 'type Service { sid: ID! sla: String friendlyName: Int } type Query { services: [Service] }';
  const ours = () => createSubschema({ endpoint: 'http://127.0.0.1:1/graphql' });
  const strict = { validationSettings: { validationLevel: 'error' as never } };

  it.each([
    ['behind', () => [ours(), schemaOf(THEIRS)]],
    ['before', () => [schemaOf(THEIRS), ours()]],
  ])(
    'a host without a prefix lets a type %s ours add fields, and keeps the types of its own',
    (_, subschemas) => {
      const warnings = readWarnings();
      const merged = printType(stitchSchemas({ subschemas: subschemas() }).getType('Service')!);
      expect(merged).toContain('sla: String');
      expect(merged).toContain('friendlyName: String');
      expect(warnings()[0]).toContain('"Service.friendlyName"');
    },
  );

  it('a host without a prefix leaves the values of a scalar to the other schema', async () => {
    const twilio = await createTwilio({ LOG_LEVEL: 'silent' });
    onTestFinished(twilio.close);
    const local = createSubschema({ schema: createSchema({ twilio, caller: () => null }) });
    const theirs = schemaOf('scalar DateTime type Query { sentAt(after: DateTime): DateTime }', {
      sentAt: (_: unknown, { after }: { after: string }) => `the day after ${after}`,
    });
    for (const subschemas of [
      [local, theirs],
      [theirs, local],
    ]) {
      expect(await stitchHost(...subschemas).ask('{ sentAt(after: "yesterday") }')).toEqual({
        data: { sentAt: 'the day after yesterday' },
      });
    }
  });

  it('a host without a prefix refuses types that do not fit when asked to', () => {
    const stitch = (theirs: string) =>
      stitchSchemas({ subschemas: [ours(), schemaOf(theirs)], typeMergingOptions: strict });
    expect(() => stitch(THEIRS)).toThrow('"Service.friendlyName"');
    expect(stitch('type Service { sid: ID! } type Query { services: [Service] }')).toBeDefined();
  });
});
