import { graphql, parse, subscribe, validate } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SCOPES } from '../../src/auth/caller.ts';
import { createTwilio } from '../../src/gateway/createTwilio.ts';
import { createSchema } from '../../src/gateway/createSchema.ts';
import type { SchemaOptions } from '../../src/gateway/createSchema.ts';
import { onePushRule } from '../../src/index.ts';
import { buildSchema } from '../../src/schema/index.ts';
import { SANDBOX_ACCOUNT_SID, SANDBOX_AUTH_TOKEN, seededSid } from '../../src/sandbox/seed.ts';
import { EVERY_MEMBER, RESEND_EVERYTHING } from '../helpers/everyMember.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';
import { watchSandbox } from '../helpers/sandboxCalls.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

const PERSON = { identity: PENDING.identity, scopes: ['verify:read', 'verify:resend'] } as const;
const SERVICE = { name: 'back-office', scopes: SCOPES };

async function mountSchema(options: Partial<SchemaOptions<any>> = {}) {
  const sandbox = await startTestSandbox();
  const calls = watchSandbox();
  const twilio = await createTwilio({
    TWILIO_ACCOUNT_SID: SANDBOX_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: SANDBOX_AUTH_TOKEN,
    TWILIO_VERIFY_URL: sandbox.url,
    TWILIO_NOTIFY_URL: sandbox.url,
    LOG_LEVEL: 'silent',
  });
  onTestFinished(twilio.close);
  const schema = createSchema({ twilio, caller: () => PERSON, ...options });
  const ask = async (source: string, variableValues: object = {}, contextValue?: unknown) => {
    const answer = await graphql({ schema, source, variableValues: { ...variableValues }, contextValue });
    return JSON.parse(JSON.stringify(answer)) as { data: any; errors?: any[] };
  };
  return { sandbox, calls, ask, schema };
}

const STATUS = `query ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challenge(serviceSid: $serviceSid, identity: $identity, sid: $challengeSid) { status }
}`;

const SUBSCRIPTION = parse(`subscription ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
  challengeUpdated(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) { status }
}`);

describe('createSchema', () => {
  it.each(EVERY_MEMBER)('createSchema answers %s as the gateway does', async (member, variables) => {
    const { ask } = await mountSchema();
    const gateway = await startGateway({ RESEND_COOLDOWN_SECONDS: '20' });
    if (member === 'ResendCooldownError') {
      await Promise.all([ask(RESEND_EVERYTHING, PENDING), gateway.graphql(RESEND_EVERYTHING, PENDING)]);
    }
    const given = { ...PENDING, ...variables };
    const mounted = await ask(RESEND_EVERYTHING, given);
    expect(mounted.data.resendChallengeNotification.__typename).toBe(member);
    expect(constantOf(mounted)).toEqual(constantOf(await gateway.graphql(RESEND_EVERYTHING, given)));
  });

  it('createSchema asks for the caller once per operation, also when the server has one context for all', async () => {
    const contexts: unknown[] = [];
    const callers = [PERSON, { ...PERSON, identity: 'another-user' }, null, undefined, '' as never];
    const { ask } = await mountSchema({ caller: (context) => callers[contexts.push(context) - 1]! });
    const shared = { of: 'the server' };
    expect(await ask(`${STATUS.replace('status', 'status factor { sid } service { sid }')}`, PENDING, shared)) //
      .toMatchObject({ data: { challenge: { status: 'PENDING' } } });
    const denied = await ask(STATUS, PENDING, shared);
    expect(denied).toMatchObject({
      data: { challenge: null },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    const twice = STATUS.replace('{ status }', '{ status } node(id: "x") { id }');
    const nobody = await ask(twice, PENDING, shared);
    expect(nobody.errors).toMatchObject(
      ['challenge', 'node'].map((field) => ({ path: [field], extensions: { code: 'UNAUTHENTICATED' } })),
    );
    expect(await ask(twice, PENDING, shared)).toEqual(nobody);
    expect(await ask(twice, PENDING, shared)).toEqual(nobody);
    expect(contexts).toEqual([shared, shared, shared, shared, shared]);
  });

  it('createSchema reads an object once per operation, and anew in the next', async () => {
    const { calls, ask } = await mountSchema();
    const twice = STATUS.replace('{ status }', '{ status } again: node(id: $id) { id }').replace(
      '($',
      '($id: ID!, $',
    );
    const id = Buffer.from(`Challenge/${Object.values(PENDING).join('/')}`).toString('base64url');
    await ask(twice, { ...PENDING, id });
    expect(calls).toHaveLength(1);
    await ask(twice, { ...PENDING, id });
    expect(calls).toHaveLength(2);
  });

  it('createSchema sends one push per operation', async () => {
    const { sandbox, ask } = await mountSchema();
    const resend = (sid: string) =>
      `resendChallengeNotification(serviceSid: "${PENDING.serviceSid}", identity: "${PENDING.identity}", challengeSid: "${sid}") { __typename }`;
    const { data, errors } = await ask(
      `mutation { a: ${resend(seededSid('YC', 1))} b: ${resend(seededSid('YC', 2))} }`,
    );
    expect(data).toEqual({ a: { __typename: 'Notification' }, b: null });
    expect(errors).toMatchObject([{ path: ['b'] }]);
    // A status would be the server's, which has sent the first.
    expect(errors![0].extensions).toEqual({ code: 'OPERATION_LIMIT_EXCEEDED' });
    expect(sandbox.notifications).toHaveLength(1);
  });

  it('createSchema lets a server refuse an operation of two pushes as a whole', () => {
    const schema = buildSchema();
    const resend = (alias: string) =>
      `${alias}: resendChallengeNotification(serviceSid: "", identity: "", challengeSid: "") { __typename }`;
    const check = (source: string) =>
      validate(schema, parse(source), [onePushRule]).map(({ extensions }) => extensions);
    expect(check(`mutation { ${resend('a')} }`)).toEqual([]);
    const refused = [{ code: 'OPERATION_LIMIT_EXCEEDED' }];
    expect(check(`mutation { ${resend('a')} ${resend('b')} }`)).toEqual(refused);
    expect(check(`mutation { ...Two ...Two } fragment Two on Mutation { ${resend('a')} }`)).toEqual(refused);
  });

  it('createSchema gives each item of a list its own error, with its path and code', async () => {
    const { ask } = await mountSchema();
    const { data, errors } = await ask('{ nodes(ids: ["x", "y"]) { id } }');
    expect(data).toEqual({ nodes: [null, null] });
    expect(errors).toMatchObject(
      [0, 1].map((index) => ({ path: ['nodes', index], extensions: { code: 'BAD_USER_INPUT' } })),
    );
  });

  it('createSchema lets a service that may do so access any identity', async () => {
    const { ask } = await mountSchema({ caller: () => SERVICE });
    expect((await ask(STATUS, PENDING)).data).toEqual({ challenge: { status: 'PENDING' } });
  });

  it.each([
    ['is a promise', Promise.resolve(PERSON)],
    ['has no scopes', { identity: PENDING.identity }],
    ['has a scope that does not exist', { ...PERSON, scopes: ['verify:everything'] }],
    ['is nobody in particular', { scopes: SCOPES }],
    ['has an empty identity', { ...SERVICE, identity: '' }],
    ['is no object', 'sandbox-user'],
  ])('createSchema executes nothing when the caller %s', async (_, caller) => {
    const { calls, ask } = await mountSchema({ caller: () => caller as never });
    const { data, errors } = await ask(STATUS, PENDING);
    expect(data).toEqual({ challenge: null });
    expect(errors).toMatchObject([
      { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(calls).toEqual([]);
  });

  it('createSchema takes the Idempotency-Key that the server gives', async () => {
    const { sandbox, ask } = await mountSchema({ idempotencyKey: (context) => context?.key });
    const first = await ask(RESEND_EVERYTHING, PENDING, { key: 'k1' });
    expect(await ask(RESEND_EVERYTHING, PENDING, { key: 'k1' })).toEqual(first);
    const [bad, none] = [await ask(STATUS, PENDING, { key: 'a key' }), await ask(STATUS, PENDING)];
    expect(bad.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    const promised = await ask(STATUS, PENDING, { key: Promise.resolve('k1') });
    expect(promised.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(none.errors).toBeUndefined();
    expect(sandbox.notifications).toHaveLength(1);
  });

  it('createSchema streams the changes of a challenge, and ends with its answer', async () => {
    const { sandbox, schema } = await mountSchema();
    const events = await subscribe({ schema, document: SUBSCRIPTION, variableValues: PENDING });
    const states: unknown[] = [];
    for await (const { data } of events as AsyncIterable<ExecutionResult>) {
      states.push((data!['challengeUpdated'] as { status: string }).status);
      if (states.length === 1) sandbox.device().approve(PENDING.challengeSid);
    }
    expect(states).toEqual(['PENDING', 'APPROVED']);
  });

  it('createSchema ends a stream with the code of what ends it', async () => {
    const { schema } = await mountSchema();
    const variableValues = { ...PENDING, challengeSid: seededSid('YC', 20404) };
    const events = (await subscribe({ schema, document: SUBSCRIPTION, variableValues })) as AsyncGenerator;
    await expect(events.next()).rejects.toMatchObject({ extensions: { code: 'CHALLENGE_NOT_FOUND' } });
  });

  it("createSchema streams no other person's challenge", async () => {
    const { schema, calls } = await mountSchema({ caller: () => ({ ...PERSON, identity: 'mallory-9999' }) });
    const answer = await subscribe({ schema, document: SUBSCRIPTION, variableValues: PENDING });
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(calls).toEqual([]);
  });

  it('createSchema makes a subgraph on request, for the same callers', async () => {
    const { ask } = await mountSchema({ federation: true });
    const source = `query ($representations: [_Any!]!) {
      _service { sdl }
      _entities(representations: $representations) { ... on Challenge { status } }
    }`;
    const { challengeSid: sid, ...owner } = PENDING;
    const mine = { __typename: 'Challenge', sid, ...owner };
    const representations = [mine, { ...mine, identity: 'another-user' }];
    const { data, errors } = await ask(source, { representations });
    expect(data).toEqual({
      _service: { sdl: expect.stringContaining('@key(fields: "serviceSid identity sid")') },
      _entities: [{ status: 'PENDING' }, null],
    });
    expect(errors).toMatchObject([{ path: ['_entities', 1], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('createSchema refuses an object that createTwilio did not give', () => {
    const caller = () => PERSON;
    expect(() => createSchema({ twilio: createTwilio as never, caller })).toThrow(/await it/);
  });
});

/** Without what differs between two sandboxes. */
const constantOf = (answer: object): unknown =>
  JSON.parse(
    JSON.stringify(answer, (name, value: unknown) =>
      /^(sid|requestId|date|expiresAt|retryAfter)/.test(name) && value !== null ? typeof value : value,
    ),
  );
