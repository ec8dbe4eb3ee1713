import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { VERIFIED_FACTOR_SID } from '../../src/sandbox/seed.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';

const place = `serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}"`;
const challenge = (selection: string) =>
  `challenge(${place}, sid: "${PENDING.challengeSid}") { ${selection} }`;
const send = (alias: string) =>
  `${alias}: resendChallengeNotification(${place}, challengeSid: "${PENDING.challengeSid}") { __typename }`;
const create = (alias: string) =>
  `${alias}: createChallenge(input: { ${place}, factorSid: "${VERIFIED_FACTOR_SID}", details: { message: "?" } }) { __typename }`;
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** So many levels of the lists of an entity's challenges: four fields each. */
const nested = (levels: number): string =>
  levels === 0 ? 'sid' : `entity { challenges { edges { node { ${nested(levels - 1)} } } } }`;

async function ask(query: string, env: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway(env);
  const response = await gateway.post({ query }, { accept: 'application/graphql-response+json' });
  const { data, errors } = (await response.json()) as GraphQLAnswer;
  return {
    status: response.status,
    data,
    codes: errors?.map(({ extensions }) => extensions?.['code'] as string),
    sandbox: gateway.sandbox!,
  };
}

describe('one operation', () => {
  it.each([
    ['9 fields deep', `{ ${challenge(nested(2))} }`],
    [
      'deep by fragments',
      `{ ${challenge('...a')} } fragment a on Challenge { ${nested(1)} ...b } fragment b on Challenge { ${nested(2)} }`,
    ],
    ['deep by inline fragments', `{ ${challenge(`... on Challenge { ${nested(2)} }`)} }`],
    [
      'deep by a fragment that is called __schema',
      `{ ...__schema } fragment __schema on Query { ${challenge(nested(2))} }`,
    ],
    ['of 11 aliases', `{ ${challenge(times(11, (index) => `a${index}: sid`))} }`],
    [
      'of aliases multiplied by fragments',
      `{ ${challenge('factor { ...x } ...y')} } fragment x on Factor { a: sid b: sid c: sid d: sid }
       fragment y on Challenge { f: factor { ...x } g: factor { ...x } }`,
    ],
    ['of 11 root fields', `{ ${times(11, () => '__typename')} }`],
    [
      'of 11 root fields by fragments',
      `{ ...a ...a } fragment a on Query { ${times(6, () => '__typename')} }`,
    ],
    ['of 21 directives', `{ ${challenge(times(21, () => 'sid @include(if: true)'))} }`],
    ['of two resends', `mutation { ${send('a')} ${send('b')} }`],
    ['of a resend and a new challenge, which brings a push', `mutation { ${send('a')} ${create('b')} }`],
    ['of two new challenges', `mutation { ${create('a')} ${create('b')} }`],
    [
      'of two resends by fragments',
      `mutation { ...a ...b } fragment a on Mutation { ${send('a')} } fragment b on Mutation { ${send('b')} }`,
    ],
    [
      'of introspection that goes round in circles',
      `{ __schema { types { fields { type { ${'fields { type { '.repeat(6)} name ${'} } '.repeat(6)} } } } } }`,
    ],
  ])('an operation %s is refused, and nothing of it is executed', async (_, query) => {
    const { status, data, codes, sandbox } = await ask(query);
    expect(status).toBe(400);
    expect(data).toBeUndefined();
    expect(codes?.[0]).toBe('OPERATION_LIMIT_EXCEEDED');
    expect(sandbox.notifications).toEqual([]);
  });

  it.each([
    [
      '8 fields deep',
      `{ ${challenge('entity { challenges { edges { node { factor { sid } } } } }').replace('sid }', 'entity { sid } }')} }`,
    ],
    ['of 10 aliases', `{ ${challenge(times(10, (index) => `a${index}: sid`))} }`],
    ['of 10 root fields', `{ ${times(10, () => '__typename')} }`],
    ['of 20 directives', `{ ${challenge(times(20, () => 'sid @include(if: true)'))} }`],
    [
      'that introspects as GraphiQL does',
      getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }),
    ],
    ['of 10,000 characters', `{ __typename${' '.repeat(9_987)}}`],
    ['of one resend', `mutation { ${send('a')} }`],
  ])('an operation %s is answered', async (_, query) => {
    const { status, codes } = await ask(query);
    expect(codes).toBeUndefined();
    expect(status).toBe(200);
  });

  it('a refused operation names every limit it exceeds, as configured', async () => {
    const query = `{ a: ${challenge('b: sid @skip(if: false)')} c: __typename }`;
    const env = { LIMIT_ALIASES: '2', LIMIT_ROOT_FIELDS: '1', LIMIT_DIRECTIVES: '0', LIMIT_DEPTH: '1' };
    const { codes } = await ask(query, env);
    expect(codes).toHaveLength(4);
  });

  it('an operation of fragments that spread each other a thousand times over is refused at once', async () => {
    const fragments = times(
      30,
      (index) => `fragment f${index} on Challenge { ...f${index + 1} ...f${index + 1} }`,
    );
    const query = `{ ${challenge('...f0')} } ${fragments} fragment f30 on Challenge { a: sid }`;
    const startedAt = performance.now();
    expect((await ask(query)).codes).toContain('OPERATION_LIMIT_EXCEEDED');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('an operation of a fragment that spreads itself is an error of the document, not of the server', async () => {
    const { status, codes } = await ask(`{ ${challenge('...f')} } fragment f on Challenge { sid ...f }`);
    expect(status).toBe(400);
    expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
  });
});
