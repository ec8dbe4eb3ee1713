import { graphql } from 'graphql';
import { stitchSchemas } from '@graphql-tools/stitch';
import { describe, expect, it } from 'vitest';
import { createSubschema } from '../../src/stitching/index.ts';
import { seededSid } from '../../src/sandbox/seed.ts';
import { nodeTypes } from '../../src/schema/node.ts';
import '../../src/schema/index.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { HOSTS } from '../helpers/stitchedHost.ts';

const endpoint = 'http://127.0.0.1:1/graphql';

describe('createSubschema', () => {
  it.each([
    ['a prefix that is no name', { prefix: '1' }, 'Names must start with'],
    [
      'a prefix that makes a name that is taken',
      { prefix: 'Notify' },
      'NotifyNotification is the name of another type',
    ],
    ['a root field there is not', { rootFields: { user: 'me' } }, 'there is no root field user'],
    ['a name that is none', { rootFields: { node: 'a b' } }, 'Names must only contain'],
    [
      'two fields of one name',
      { rootFields: { node: 'service' } },
      'two root fields would be called service',
    ],
    [
      'to leave out what completes a type',
      { rootFields: { entity: null } },
      'entity completes a type by its key',
    ],
  ])('createSubschema refuses %s', (_, names, message) => {
    expect(() => createSubschema({ endpoint, ...names })).toThrow(message);
  });

  it.each([
    ['an address that is none', { endpoint: 'not a url' }, 'endpoint must be the URL'],
    ['no time at all', { timeoutMs: 0 }, 'timeoutMs must be a whole number'],
    ['a time that is no number', { timeoutMs: Number.NaN }, 'timeoutMs must be a whole number'],
    ['a time that is too long for a timer', { timeoutMs: 2 ** 31 }, 'timeoutMs must be a whole number'],
  ])('createSubschema refuses %s', (_, options, message) => {
    expect(() => createSubschema({ endpoint, ...options })).toThrow(message);
  });

  it('createSubschema completes each type by the key that the gateway knows it by', () => {
    const { merge } = createSubschema({ endpoint });
    const keys = Object.entries(merge!).map(([type, { selectionSet }]) => [type, selectionSet]);
    const known = [...nodeTypes].map(([type, { keyNames }]) => [type, `{ ${keyNames.join(' ')} }`]);
    expect(keys.sort()).toEqual(known.sort());
  });

  it('createSubschema lets two fields change names', () => {
    const rootFields = { node: 'service', service: 'node' };
    expect(() => createSubschema({ endpoint, rootFields })).not.toThrow();
  });

  it('createSubschema needs neither introspection nor a gateway that is up', async () => {
    const { url } = await startGateway({ INTROSPECTION: 'off' });
    const schema = stitchSchemas({ subschemas: [createSubschema({ endpoint: `${url}/graphql` })] });
    const answer = await graphql({ schema, source: '{ __schema { queryType { name } } }' });
    expect(answer.data).toMatchObject({ __schema: { queryType: { name: 'Query' } } });
    expect(createSubschema({ endpoint }).schema.getType('Challenge')).toBeDefined();
  });

  it.each([
    ['in the headers of Node', (headers: object) => ({ req: { headers } }), undefined],
    [
      'in the headers of Fetch',
      (headers: object) => ({ request: new Request(endpoint, { headers: headers as HeadersInit }) }),
      undefined,
    ],
    [
      'where the host says',
      ({ authorization }: any) => ({ token: authorization }),
      ({ token }: any) => ({ authorization: token }),
    ],
  ])('createSubschema finds the caller %s', async (_, contextOf, callerHeaders) => {
    const key = await makeKey('a');
    const { env } = await startIssuer(key);
    const { url } = await startGateway({ UPSTREAM: 'sandbox', ...env });
    const subschema = createSubschema({
      endpoint: `${url}/graphql`,
      ...(callerHeaders && { callerHeaders }),
    });
    const schema = stitchSchemas({ subschemas: [subschema] });
    const source = 'query ($sid: ID!) { service(sid: $sid) { sid } }';
    const variableValues = { sid: PENDING.serviceSid };
    const contextValue = contextOf(bearer(await sign(key)));
    expect(await graphql({ schema, source, variableValues, contextValue })).toEqual({
      data: { service: { sid: PENDING.serviceSid } },
    });
    const { errors } = await graphql({ schema, source, variableValues, contextValue: contextOf({}) });
    expect(errors![0]!.extensions['code']).toBe('UNAUTHENTICATED');
    // A host without any context has no caller to name either.
    if (!callerHeaders) {
      expect((await graphql({ schema, source, variableValues })).errors![0]!.extensions['code']).toBe(
        'UNAUTHENTICATED',
      );
    }
  });
});

const TWO_PUSHES = `mutation ($serviceSid: ID!, $identity: String!, $first: ID!, $second: ID!) {
  first: resendChallengeNotification(serviceSid: $serviceSid, identity: $identity, challengeSid: $first) {
    ... on Notification { challengeSid }
  }
  second: resendChallengeNotification(serviceSid: $serviceSid, identity: $identity, challengeSid: $second) {
    ... on Notification { challengeSid }
  }
}`;

describe.each(HOSTS)('one operation through a host, %s', (host, start, prefix) => {
  it(`an operation through a host, ${host}, sends one push, and the next operation one more`, async () => {
    const { through } = await start(prefix);
    const calls = watchSandbox();
    const [first, second] = [seededSid('YC', 1), seededSid('YC', 2)];
    const answer = await through(TWO_PUSHES, { ...PENDING, first, second });
    expect(answer.data).toEqual({ first: { challengeSid: first }, second: null });
    expect(answer.errors).toMatchObject([
      { path: ['second'], extensions: { code: 'OPERATION_LIMIT_EXCEEDED' } },
    ]);
    const one = `mutation ($serviceSid: ID!, $identity: String!, $second: ID!) {
      resendChallengeNotification(serviceSid: $serviceSid, identity: $identity, challengeSid: $second) { __typename }
    }`;
    const next = await through(one, { ...PENDING, second });
    expect(next.data).toEqual({ resendChallengeNotification: { __typename: `${prefix}Notification` } });
    expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(2);
  });
});
