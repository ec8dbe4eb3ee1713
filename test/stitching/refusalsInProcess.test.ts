import { graphql } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSchema, createTwilio } from '../../src/index.ts';
import type { MountedCaller } from '../../src/index.ts';
import { createSubschema } from '../../src/stitching/index.ts';
import { bearer, makeKey, sign, startIssuer } from '../helpers/issuer.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';
import { asOfHost, schemaOf, stitchHost, withPrefix } from '../helpers/stitchedHost.ts';

const { serviceSid, identity } = PENDING;

const READ = `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) { __typename sid hiddenDetails }
}`;
const OF_USER = '{ user { entity { identity sid } } }';

/** A `User` who knows no more of the gateway than the key of their entity. */
const users = (prefix: string) =>
  schemaOf(
    `type Query { user: User }
     type User { entity: ${prefix}Entity }
     type ${prefix}Entity { serviceSid: ID! identity: String! }`,
    { user: () => ({ entity: { serviceSid, identity } }) },
  );

const CALLERS: readonly (readonly [string, MountedCaller | null, string])[] = [
  ['nobody', null, 'UNAUTHENTICATED'],
  [
    'another identity',
    { identity: 'somebody-else', scopes: ['verify:read', 'verify:resend', 'verify:admin'] },
    'FORBIDDEN',
  ],
  ['nobody who may do this', { identity, scopes: ['verify:write'] }, 'FORBIDDEN'],
];

describe.each(['', 'Verify'])('a schema in the same process, with prefix "%s"', (prefix) => {
  async function mount(caller: MountedCaller | null) {
    const twilio = await createTwilio({ LOG_LEVEL: 'silent' });
    onTestFinished(twilio.close);
    const schema = createSchema({ twilio, caller: () => caller });
    const { ask } = stitchHost(users(prefix), createSubschema({ schema, prefix }));
    const direct = async (source: string) =>
      JSON.parse(
        JSON.stringify(await graphql({ schema, source, variableValues: { ...PENDING } })),
      ) as GraphQLAnswer;
    return { ask, direct, calls: watchSandbox() };
  }

  it.each(CALLERS)(
    `a schema in the same process, with prefix "${prefix}", gives %s the answer of the gateway`,
    async (_, caller, code) => {
      const { ask, direct, calls } = await mount(caller);
      for (const query of [READ, RESEND]) {
        const answer = await direct(query);
        expect(answer.errors).toMatchObject([{ extensions: { code } }]);
        expect(await ask(withPrefix(query, prefix), PENDING)).toEqual(asOfHost(answer, prefix));
      }
      expect(calls).toEqual([]);
    },
  );

  it.each(CALLERS)(
    `a schema in the same process, with prefix "${prefix}", completes no stub for %s`,
    async (_, caller, code) => {
      const { ask, calls } = await mount(caller);
      const { data, errors } = await ask(OF_USER);
      expect(data).toEqual({ user: { entity: null } });
      expect(errors).toMatchObject([{ path: ['user', 'entity', 'sid'], extensions: { code } }]);
      expect(calls).toEqual([]);
    },
  );
});

it.each(['', 'Verify'])(
  'a remote gateway completes no stub for a caller without the right, with prefix "%s"',
  async (prefix) => {
    const key = await makeKey('a');
    const { env } = await startIssuer(key);
    const { url } = await startGateway({ UPSTREAM: 'sandbox', ...env });
    const { ask } = stitchHost(users(prefix), createSubschema({ endpoint: `${url}/graphql`, prefix }));
    const calls = watchSandbox();
    const other = bearer(await sign(key, { sub: 'somebody-else' }));
    for (const [headers, code] of [
      [{}, 'UNAUTHENTICATED'],
      [other, 'FORBIDDEN'],
    ] as const) {
      const { data, errors } = await ask(OF_USER, {}, headers);
      expect(data).toEqual({ user: { entity: null } });
      expect(errors).toMatchObject([{ extensions: { code } }]);
    }
    expect(calls).toEqual([]);
    const own = bearer(await sign(key));
    expect((await ask(OF_USER, {}, own)).data).toMatchObject({ user: { entity: { identity } } });
  },
);
