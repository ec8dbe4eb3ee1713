import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  buildSchema,
  getNamedType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { GraphQLCompositeType, GraphQLField } from 'graphql';
import { expect, it } from 'vitest';
import {
  SANDBOX_IDENTITY,
  SANDBOX_SERVICE_SID,
  seededSid,
  VERIFIED_FACTOR_SID,
} from '../../src/sandbox/seed.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';

const SCHEMA = buildSchema(readFileSync('schema.graphql', 'utf8'));
const CLIENT_KIT = Object.values(
  JSON.parse(readFileSync('src/client/generated/trusted-documents.json', 'utf8')) as Record<string, string>,
);
const MAX_DEPTH = 4;

const VALUES: Readonly<Record<string, readonly string[]>> = {
  serviceSid: [`"${SANDBOX_SERVICE_SID}"`, '"VA"'],
  identity: [`"${SANDBOX_IDENTITY}"`],
  sid: [`"${seededSid('YC', 1)}"`, `"${VERIFIED_FACTOR_SID}"`, `"${SANDBOX_SERVICE_SID}"`, '7'],
  first: ['2', '0', '"two"'],
  name: ['"Challenge"', '"Nothing"'],
};

const INTROSPECTION = ['__type(name: "Challenge") { name }', '__schema { queryType { name } }'];

/** Picks a number below `count`. */
type Pick = (count: number) => number;

/** An operation that the schema may refuse, now and then: every choice is a pick. */
function operationOf(pick: Pick): string {
  const kind = pick(12) === 0 ? 'mutation' : 'query';
  const type = (kind === 'query' ? SCHEMA.getQueryType() : SCHEMA.getMutationType())!;
  const another = pick(10) === 0 ? ' query Another { __typename }' : '';
  return `${kind} ${another ? 'One ' : ''}${selectionOf(type, pick, MAX_DEPTH)}${another}`;
}

function selectionOf(type: GraphQLCompositeType, pick: Pick, depth: number): string {
  if (isUnionType(type))
    return `{ ${type
      .getTypes()
      .map((member) => `... on ${member} ${selectionOf(member, pick, depth - 1)}`)
      .join(' ')} }`;
  const names = Object.values(type.getFields()).filter(
    (field) => depth > 1 || !isCompositeType(getNamedType(field.type)),
  );
  const chosen = Array.from({ length: 1 + pick(3) }, () => names[pick(names.length)]).map((field) =>
    field ? fieldOf(field, pick, depth) : '__typename',
  );
  if (isObjectType(type) && pick(8) === 0)
    chosen.push(`... on ${type} @include(if: ${pick(2) === 0}) { __typename }`);
  if (pick(15) === 0) chosen.push('nothing');
  if (type === SCHEMA.getQueryType() && pick(4) === 0) chosen.push(INTROSPECTION[pick(2)]!);
  return `{ ${chosen.join(' ')} }`;
}

function fieldOf({ name, args, type }: GraphQLField<unknown, unknown>, pick: Pick, depth: number): string {
  const given = args
    .filter((argument) => (isNonNullType(argument.type) ? pick(20) > 0 : pick(3) === 0))
    .map((argument) => {
      const values = VALUES[argument.name] ?? ['{}', 'null', '"x"'];
      return `${argument.name}: ${values[pick(pick(6) === 0 ? values.length : 1)]}`;
    });
  const alias = pick(4) === 0 ? `a${pick(9)}: ` : '';
  const named = getNamedType(type);
  const selection = isCompositeType(named) ? ` ${selectionOf(named, pick, depth - 1)}` : '';
  return `${alias}${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
}

type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** Executes a request as a plain one and by Yoga, to which a charset in Accept leads. */
async function answersOf({ post }: Gateway, body: object) {
  const answers = ['application/json', 'application/json; charset=utf-8'].map(async (accept) => {
    const response = await post(body, { accept });
    const text = (await response.text()).replace(/RQ[0-9a-f]{32}/g, 'RQ');
    return { status: response.status, type: response.headers.get('content-type'), text };
  });
  const [plain, byYoga] = await Promise.all(answers);
  return { plain, byYoga };
}

it.each(['on', 'off'])('operations have one answer both ways, introspection %s', async (introspection) => {
  const gateway = await startGateway({ INTROSPECTION: introspection });
  let withData = 0;
  const same = fc.asyncProperty(fc.array(fc.nat(), { minLength: 80, maxLength: 80 }), async (numbers) => {
    let next = 0;
    const query = operationOf((count) => (numbers[next++] ?? 0) % count);
    const { plain, byYoga } = await answersOf(gateway, {
      query,
      operationName: query.includes('One') ? 'One' : null,
    });
    expect(plain, query).toEqual(byYoga);
    if (plain!.text.includes('"data":{')) withData += 1;
  });
  await fc.assert(same, { numRuns: 150, seed: 1 });
  expect(withData).toBeGreaterThan(30);
});

it('the documents of the client kit have one answer both ways', async () => {
  const gateway = await startGateway();
  expect(CLIENT_KIT.length).toBeGreaterThan(5);
  for (const query of CLIENT_KIT) {
    for (const variables of [{}, { ...PENDING, sid: 'x', challengeSid: 'x', factorSid: 'x', input: {} }]) {
      const { plain, byYoga } = await answersOf(gateway, { query, variables });
      expect(plain, query).toEqual(byYoga);
    }
  }
});

it('a request that is sent again and again keeps its answer', async () => {
  const gateway = await startGateway();
  for (const body of [{ query: '{ nope }' }, { query: RESEND, variables: { ...PENDING, ttl: -1 } }]) {
    const first = await answersOf(gateway, body);
    const second = await answersOf(gateway, body);
    expect(second).toEqual(first);
    expect(first.plain).toEqual(first.byYoga);
  }
});
