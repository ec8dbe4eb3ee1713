import { describe, expect, it } from 'vitest';
import { VERIFIED_FACTOR_SID } from '../../src/sandbox/seed.ts';
import { createSubschema } from '../../src/stitching/index.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { schemaOf, stitchHost } from '../helpers/stitchedHost.ts';

const { serviceSid, identity, challengeSid } = PENDING;

/** A host whose people know no more of the gateway than keys. */
async function startHost(prefix: string, rootFields: Record<string, string | null> = {}) {
  const { url } = await startGateway();
  const users = schemaOf(
    `type Query { user: User! stranger: User! }
     type User {
       name: String entity: ${prefix}Entity service: ${prefix}Service
       factor: ${prefix}Factor challenge: ${prefix}Challenge
     }
     type ${prefix}Service { sid: ID! }
     type ${prefix}Entity { serviceSid: ID! identity: String! }
     type ${prefix}Factor { serviceSid: ID! identity: String! sid: ID! }
     type ${prefix}Challenge { serviceSid: ID! identity: String! sid: ID! }`,
    {
      user: () => ({
        name: 'Ada',
        service: { sid: serviceSid },
        entity: { serviceSid, identity },
        factor: { serviceSid, identity, sid: VERIFIED_FACTOR_SID },
        challenge: { serviceSid, identity, sid: challengeSid },
      }),
      stranger: () => ({ name: 'Bob', entity: { serviceSid, identity: 'nobody-here' } }),
    },
  );
  return stitchHost(users, createSubschema({ endpoint: `${url}/graphql`, prefix, rootFields }));
}

describe.each(['', 'Verify'])('stubs of another schema, with prefix "%s"', (prefix) => {
  it(`stubs with prefix "${prefix}" are completed by their keys`, async () => {
    const { ask } = await startHost(prefix);
    const { data, errors } = await ask(`{ user {
      name
      service { __typename friendlyName }
      entity { __typename identity challenges(first: 1, order: ASC) { edges { node { sid factor { friendlyName } } } } }
      factor { __typename status entity { sid identity } }
      challenge { __typename status details { message } resend { allowed } }
    } }`);
    expect(errors).toBeUndefined();
    expect(data!['user']).toMatchObject({
      name: 'Ada',
      service: { __typename: `${prefix}Service`, friendlyName: 'Sandbox' },
      entity: {
        __typename: `${prefix}Entity`,
        identity,
        challenges: { edges: [{ node: { sid: challengeSid } }] },
      },
      factor: { __typename: `${prefix}Factor`, status: 'VERIFIED', entity: { identity } },
      challenge: { __typename: `${prefix}Challenge`, status: 'PENDING', resend: { allowed: true } },
    });
  });

  it(`stubs with prefix "${prefix}" cost no request while only their keys are read`, async () => {
    const { ask } = await startHost(prefix);
    const calls = watchSandbox();
    const { data } = await ask('{ user { entity { serviceSid identity } service { sid } } }');
    expect(data).toEqual({ user: { entity: { serviceSid, identity }, service: { sid: serviceSid } } });
    expect(calls).toEqual([]);
  });

  it(`stubs with prefix "${prefix}" have null fields when the object does not exist`, async () => {
    const { ask } = await startHost(prefix);
    expect(
      await ask('{ stranger { name entity { identity challenges { edges { cursor } } url } } }'),
    ).toEqual({
      data: { stranger: { name: 'Bob', entity: { identity: 'nobody-here', challenges: null, url: null } } },
    });
  });

  it(`stubs with prefix "${prefix}" are null, with an error, when a non-null field is read of an object that does not exist`, async () => {
    const { ask } = await startHost(prefix);
    const { data, errors } = await ask('{ stranger { name entity { identity id } } }');
    expect(data).toEqual({ stranger: { name: 'Bob', entity: null } });
    expect(errors).toMatchObject([{ path: ['stranger', 'entity', 'id'] }]);
  });

  it(`stubs with prefix "${prefix}" are completed by root fields that the host renames`, async () => {
    const rootFields = { service: 'verifyService', entity: 'verifyEntity', node: 'verifyNode', nodes: null };
    const { ask, schema } = await startHost(prefix, rootFields);
    expect(Object.keys(schema.getQueryType()!.getFields())).toEqual([
      'user',
      'stranger',
      'verifyNode',
      'verifyService',
      'verifyEntity',
      'factor',
      'challenge',
      'notifyBinding',
      'notifyBindings',
    ]);
    const { data } = await ask(
      `query ($serviceSid: ID!) {
        user { service { friendlyName } entity { id } }
        verifyService(sid: $serviceSid) { friendlyName }
        mine: verifyService(sid: $serviceSid) { sid }
      }`,
      { serviceSid },
    );
    expect(data).toMatchObject({
      user: { service: { friendlyName: 'Sandbox' }, entity: { id: expect.any(String) } },
      verifyService: { friendlyName: 'Sandbox' },
      mine: { sid: serviceSid },
    });
    const { id } = data!['user'].entity;
    expect((await ask('query ($id: ID!) { verifyNode(id: $id) { id } }', { id })).data).toEqual({
      verifyNode: { id },
    });
  });
});
