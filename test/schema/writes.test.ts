import { isUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../../src/schema/index.ts';
import { INPUTS, MUTATION_NAMES, mutationDocument, PUBLIC_KEY } from '../helpers/mutations.ts';
import type { MutationName } from '../helpers/mutations.ts';
import { startGateway, upstreamAt } from '../helpers/startGateway.ts';
import { closedPort, httpAnswer, startUpstream } from '../helpers/upstream.ts';
import { SILENT } from '../helpers/testLog.ts';

const { serviceSid, identity } = INPUTS.createEntity;
const { factorSid } = INPUTS.deleteFactor;
const { challengeSid } = INPUTS.updateChallenge;
const SERVICE = `/v2/Services/${serviceSid}`;
const ENTITY = `${SERVICE}/Entities/${identity}`;
const sid = (prefix: string) => prefix + 'b'.repeat(32);

const SUCCESS: Record<MutationName, string> = {
  createEntity: httpAnswer(201, JSON.stringify({ sid: sid('YE') })),
  deleteEntity: 'HTTP/1.1 204 No Content\r\n\r\n',
  createAccessToken: httpAnswer(200, JSON.stringify({ sid: sid('YK'), token: 'e.y.J.0.k', ttl: 60 })),
  createPushFactor: httpAnswer(201, JSON.stringify({ sid: sid('YF'), status: 'unverified' })),
  updateFactor: httpAnswer(200, JSON.stringify({ sid: factorSid, status: 'verified' })),
  deleteFactor: 'HTTP/1.1 204 No Content\r\n\r\n',
  createChallenge: httpAnswer(201, JSON.stringify({ sid: sid('YC'), status: 'pending' })),
  updateChallenge: httpAnswer(200, JSON.stringify({ sid: challengeSid, status: 'approved' })),
  createNotifyBinding: httpAnswer(201, JSON.stringify({ sid: sid('BS') })),
  deleteNotifyBinding: 'HTTP/1.1 204 No Content\r\n\r\n',
  sendNotifyNotification: httpAnswer(201, JSON.stringify({ sid: sid('NT') })),
};

/** What a mutation answers, and what reached the upstream. */
async function mutate(name: MutationName, input: object, answer: string, selection?: string) {
  const upstream = await startUpstream(answer);
  const gateway = await startGateway(upstreamAt(upstream.url));
  const { data, errors } = await gateway.graphql(mutationDocument(name, selection), { input });
  return { result: data?.[name], errors, received: upstream.received, lines: gateway.lines };
}

const problem = (status: number, code: number, headers = {}) =>
  httpAnswer(status, JSON.stringify({ code, message: `no ${identity}`, more_info: '', status }), headers);

describe('on the wire', () => {
  const inTenMinutes = new Date(Math.floor(Date.now() / 1000) * 1000 + 600_000);
  const key = encodeURIComponent(PUBLIC_KEY);
  const token = 't'.repeat(32);
  const everything = {
    createPushFactor: {
      ...INPUTS.createPushFactor,
      config: { ...INPUTS.createPushFactor.config, sdkVersion: '1.0' },
      metadata: { os: 'Android' },
    },
    updateFactor: {
      ...INPUTS.deleteFactor,
      authPayload: 'c2lnbmF0dXJl',
      friendlyName: 'Büro & Co',
      config: {
        notificationPlatform: 'APN',
        notificationToken: token,
        sdkVersion: '2',
        alg: 'SHA256',
        timeStep: 20,
        skew: 0,
        codeLength: 8,
      },
    },
    createChallenge: {
      ...INPUTS.createChallenge,
      details: {
        message: 'Sign in? 🔑',
        fields: [
          { label: 'a', value: '' },
          { label: 'b', value: 'c=&' },
        ],
      },
      hiddenDetails: { ip: '::1' },
      expirationDate: inTenMinutes,
      authPayload: '123456',
    },
  };
  const expiration = encodeURIComponent(`${inTenMinutes.toISOString().slice(0, 19)}Z`);

  it.each<[string, MutationName, object, string, string]>([
    ['createEntity', 'createEntity', INPUTS.createEntity, `POST ${SERVICE}/Entities`, `Identity=${identity}`],
    ['deleteEntity', 'deleteEntity', INPUTS.deleteEntity, `DELETE ${ENTITY}`, ''],
    [
      'createAccessToken with the defaults',
      'createAccessToken',
      { ...INPUTS.createAccessToken, ttl: null },
      `POST ${SERVICE}/AccessTokens`,
      `Identity=${identity}&FactorType=push`,
    ],
    [
      'createAccessToken with everything',
      'createAccessToken',
      { ...INPUTS.createAccessToken, ttl: 300, factorFriendlyName: 'My phone' },
      `POST ${SERVICE}/AccessTokens`,
      `Identity=${identity}&FactorType=push&FactorFriendlyName=My+phone&Ttl=300`,
    ],
    [
      'createPushFactor on platform NONE',
      'createPushFactor',
      { ...INPUTS.createPushFactor, config: { appId: 'app', notificationPlatform: 'NONE', sdkVersion: '1' } },
      `POST ${ENTITY}/Factors`,
      `FriendlyName=Phone&FactorType=push&Binding.Alg=ES256&Binding.PublicKey=${key}` +
        '&Config.AppId=app&Config.NotificationPlatform=none&Config.SdkVersion=1',
    ],
    [
      'createPushFactor with everything',
      'createPushFactor',
      everything.createPushFactor,
      `POST ${ENTITY}/Factors`,
      `FriendlyName=Phone&FactorType=push&Binding.Alg=ES256&Binding.PublicKey=${key}` +
        `&Config.AppId=com.example.app&Config.NotificationPlatform=fcm&Config.NotificationToken=${token}` +
        '&Config.SdkVersion=1.0&Metadata=%7B%22os%22%3A%22Android%22%7D',
    ],
    [
      'updateFactor with everything',
      'updateFactor',
      everything.updateFactor,
      `POST ${ENTITY}/Factors/${factorSid}`,
      `AuthPayload=c2lnbmF0dXJl&FriendlyName=B%C3%BCro+%26+Co&Config.NotificationPlatform=apn` +
        `&Config.NotificationToken=${token}&Config.SdkVersion=2&Config.Alg=sha256&Config.TimeStep=20` +
        '&Config.Skew=0&Config.CodeLength=8',
    ],
    ['deleteFactor', 'deleteFactor', INPUTS.deleteFactor, `DELETE ${ENTITY}/Factors/${factorSid}`, ''],
    [
      'createChallenge with a message',
      'createChallenge',
      INPUTS.createChallenge,
      `POST ${ENTITY}/Challenges`,
      `FactorSid=${factorSid}&Details.Message=Sign+in%3F`,
    ],
    [
      'createChallenge with everything',
      'createChallenge',
      everything.createChallenge,
      `POST ${ENTITY}/Challenges`,
      `FactorSid=${factorSid}&ExpirationDate=${expiration}&Details.Message=Sign+in%3F+%F0%9F%94%91` +
        `&Details.Fields=${encodeURIComponent('{"label":"a","value":""}')}` +
        `&Details.Fields=${encodeURIComponent('{"label":"b","value":"c=&"}')}` +
        '&HiddenDetails=%7B%22ip%22%3A%22%3A%3A1%22%7D&AuthPayload=123456',
    ],
    [
      'createChallenge of TOTP, answered later',
      'createChallenge',
      { ...INPUTS.deleteFactor },
      `POST ${ENTITY}/Challenges`,
      `FactorSid=${factorSid}`,
    ],
    [
      'updateChallenge with everything',
      'updateChallenge',
      { ...INPUTS.updateChallenge, metadata: { os: 'iOS' } },
      `POST ${ENTITY}/Challenges/${challengeSid}`,
      'AuthPayload=a.b.c&Metadata=%7B%22os%22%3A%22iOS%22%7D',
    ],
  ])('the write %s sends these bytes', async (_, name, input, line, form) => {
    const { received, errors, result } = await mutate(name, input, SUCCESS[name]);
    expect(errors).toBeUndefined();
    expect(result.code).toBeUndefined();
    expect(received).toHaveLength(1);
    const [head = '', body] = received[0]!.split('\r\n\r\n');
    expect(head.startsWith(`${line} HTTP/1.1\r\n`)).toBe(true);
    expect(/\r\ncontent-type: (.*)\r\n/.exec(head)?.[1]).toBe(
      line.startsWith('POST') ? 'application/x-www-form-urlencoded' : undefined,
    );
    expect(body).toBe(form);
  });
});

describe('a success', () => {
  it('a delete names the deleted object, and the id to take out of caches', async () => {
    const { result } = await mutate(
      'deleteFactor',
      INPUTS.deleteFactor,
      SUCCESS.deleteFactor,
      '... on DeletedFactor { deletedId sid serviceSid identity }',
    );
    const id = Buffer.from(`Factor/${serviceSid}/${identity}/${factorSid}`).toString('base64url');
    expect(result).toEqual({
      __typename: 'DeletedFactor',
      deletedId: id,
      sid: factorSid,
      serviceSid,
      identity,
    });
  });

  it('createAccessToken answers the token and when it ends, and its secret stays out of the log', async () => {
    const answer = { token: 'five.part.secret', ttl: 300, date_created: '2026-01-01T00:00:00Z' };
    const { result, lines } = await mutate(
      'createAccessToken',
      INPUTS.createAccessToken,
      httpAnswer(201, JSON.stringify(answer)),
      '... on AccessToken { token ttl identity expiresAt }',
    );
    expect(result).toMatchObject({
      token: 'five.part.secret',
      ttl: 300,
      identity,
      expiresAt: '2026-01-01T00:05:00.000Z',
    });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('a successful write is one line in the log, with the hash of the identity', async () => {
    const { lines } = await mutate('createChallenge', INPUTS.createChallenge, SUCCESS.createChallenge);
    const writes = lines.filter(({ msg }) => msg === 'write');
    expect(writes).toMatchObject([
      {
        mutation: 'createChallenge',
        outcome: 'Challenge',
        identity: SILENT.hashOf(identity),
        sid: sid('YC'),
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(identity);
  });
});

/** Of mutations that do harm when they are made again. */
const UNKNOWN: Partial<Record<MutationName, string>> = {
  createChallenge: 'CreateChallengeOutcomeUnknownError',
  createNotifyBinding: 'NotifyOutcomeUnknownError',
  sendNotifyNotification: 'NotifyOutcomeUnknownError',
};

describe('a failure', () => {
  it.each<[MutationName, number, number, string, object]>([
    [
      'createChallenge',
      429,
      60312,
      'ChallengeLimitReachedError',
      { nextAction: 'WAIT', retryAfterSeconds: 3600 },
    ],
    ['createChallenge', 403, 60318, 'FactorNotVerifiedError', { nextAction: 'VERIFY_FACTOR' }],
    ['createChallenge', 400, 60368, 'InvalidInputError', { issues: [{ path: 'details' }] }],
    ['createChallenge', 404, 20404, 'FactorNotFoundError', {}],
    ['createChallenge', 404, 60390, 'FactorNotFoundError', {}],
    ['createChallenge', 500, 20500, 'CreateChallengeOutcomeUnknownError', { nextAction: 'CHECK_DEVICE' }],
    ['createChallenge', 403, 60323, 'UpstreamRejectedError', {}],
    ['updateChallenge', 403, 60324, 'ChallengeVerificationFailedError', { nextAction: 'FIX_INPUT' }],
    ['updateChallenge', 429, 60308, 'ChallengeAttemptsReachedError', { nextAction: 'CREATE_CHALLENGE' }],
    ['updateChallenge', 403, 60322, 'ChallengeAlreadyRespondedError', { nextAction: 'READ_CHALLENGE' }],
    ['updateChallenge', 403, 60323, 'ChallengeExpiredError', {}],
    ['updateChallenge', 404, 60391, 'ChallengeNotFoundError', {}],
    ['createPushFactor', 400, 60315, 'FactorLimitReachedError', { retryAfterSeconds: null }],
    ['createPushFactor', 409, 60317, 'FactorAlreadyExistsError', {}],
    ['createPushFactor', 400, 60302, 'FactorAlreadyExistsError', {}],
    ['createPushFactor', 400, 60314, 'InvalidInputError', { issues: [{ path: 'publicKey' }] }],
    ['createPushFactor', 404, 20404, 'ServiceNotFoundError', {}],
    ['createPushFactor', 404, 60392, 'EntityNotFoundError', {}],
    ['createPushFactor', 429, 60326, 'RateLimitedError', { retryAfterSeconds: 3600 }],
    ['createPushFactor', 429, 60328, 'RateLimitedError', { retryAfterSeconds: 5 }],
    ['createPushFactor', 403, 60313, 'UpstreamRejectedError', {}],
    ['updateFactor', 403, 60311, 'FactorVerificationFailedError', { nextAction: 'VERIFY_FACTOR' }],
    ['updateFactor', 429, 60310, 'FactorVerificationFailedError', {}],
    ['deleteFactor', 404, 20404, 'FactorNotFoundError', {}],
    ['createEntity', 409, 60301, 'EntityAlreadyExistsError', {}],
    ['createEntity', 400, 60304, 'EntityAlreadyExistsError', {}],
    ['createEntity', 404, 20404, 'ServiceNotFoundError', {}],
    ['deleteEntity', 404, 60392, 'EntityNotFoundError', {}],
    ['createAccessToken', 400, 60305, 'InvalidInputError', {}],
    ['createAccessToken', 500, 20500, 'WriteOutcomeUnknownError', { nextAction: 'WAIT' }],
  ])('a failure of %s, %i with %i, is %s', async (name, status, code, member, members) => {
    const { result, errors } = await mutate(name, INPUTS[name], problem(status, code));
    expect(errors).toBeUndefined();
    expect(result).toMatchObject({ __typename: member, ...members });
    expect(JSON.stringify(result)).not.toContain(identity);
  });

  it('a failed write says when to come back as Twilio does', async () => {
    const answer = problem(429, 60312, { 'retry-after': '90' });
    const { result } = await mutate('createChallenge', INPUTS.createChallenge, answer);
    expect(result.retryAfterSeconds).toBe(90);
  });

  it.each(MUTATION_NAMES)('%s without an answer is of unknown outcome, and was sent once', async (name) => {
    const upstream = await startUpstream((socket) => socket.destroy());
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const { data } = await graphql(mutationDocument(name), { input: INPUTS[name] });
    expect(data?.[name].__typename).toBe(UNKNOWN[name] ?? 'WriteOutcomeUnknownError');
    expect(upstream.received).toHaveLength(1);
  });

  it.each(MUTATION_NAMES)('%s that never left is UpstreamUnavailableError', async (name) => {
    const { graphql } = await startGateway(upstreamAt(`http://127.0.0.1:${await closedPort()}`));
    const { data } = await graphql(mutationDocument(name), { input: INPUTS[name] });
    expect(data?.[name].__typename).toBe('UpstreamUnavailableError');
  });

  it.each(MUTATION_NAMES)(
    '%s with our own credential refused is a top-level error, for no client can act on it',
    async (name) => {
      const { result, errors } = await mutate(name, INPUTS[name], problem(401, 20003));
      expect(result).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_MISCONFIGURED' } }]);
    },
  );
});

describe('input', () => {
  const P = { serviceSid: 'VA1', identity: '../admin' };
  it.each<[MutationName, object, string[]]>([
    ['createEntity', P, ['serviceSid', 'identity']],
    ['deleteEntity', P, ['serviceSid', 'identity']],
    [
      'createAccessToken',
      { ...P, ttl: 59, factorFriendlyName: '' },
      ['serviceSid', 'identity', 'factorFriendlyName', 'ttl'],
    ],
    ['createAccessToken', { ...INPUTS.createAccessToken, ttl: 301 }, ['ttl']],
    [
      'createPushFactor',
      {
        ...P,
        friendlyName: 'x'.repeat(65),
        publicKey: 'dGVzdF9rZXk=',
        config: { appId: '', notificationPlatform: 'UNKNOWN', notificationToken: 'short', sdkVersion: '' },
        metadata: { os: 1 },
      },
      [
        'serviceSid',
        'identity',
        'friendlyName',
        'publicKey',
        'config.appId',
        'config.notificationPlatform',
        'config.notificationToken',
        'config.sdkVersion',
        'metadata',
      ],
    ],
    [
      'createPushFactor',
      { ...INPUTS.createPushFactor, config: { appId: 'a', notificationPlatform: 'APN', sdkVersion: '1' } },
      ['config.notificationToken'],
    ],
    [
      'createPushFactor',
      {
        ...INPUTS.createPushFactor,
        config: { appId: 'a', notificationPlatform: 'UNKNOWN', sdkVersion: '1' },
      },
      ['config.notificationPlatform'],
    ],
    ['updateFactor', { ...INPUTS.deleteFactor, factorSid: 'YF' }, ['factorSid', 'authPayload']],
    [
      'updateFactor',
      { ...INPUTS.deleteFactor, config: { timeStep: 19, skew: 3, codeLength: 9, notificationToken: 'x' } },
      ['config.notificationToken', 'config.timeStep', 'config.skew', 'config.codeLength'],
    ],
    ['updateFactor', { ...INPUTS.deleteFactor, config: {} }, ['config.notificationPlatform']],
    ['updateFactor', { ...INPUTS.deleteFactor, config: { skew: null } }, ['config.notificationPlatform']],
    ['deleteFactor', { ...P, factorSid: challengeSid }, ['serviceSid', 'identity', 'factorSid']],
    [
      'createChallenge',
      {
        ...P,
        factorSid: 'YF',
        details: {
          message: 'x'.repeat(257),
          fields: [
            { label: 'l'.repeat(36), value: 'v'.repeat(128) },
            { label: '', value: 'v'.repeat(129) },
          ],
        },
        hiddenDetails: { a: 'b'.repeat(1020) },
        expirationDate: new Date(Date.now() + 61 * 60_000),
        authPayload: '12',
      },
      [
        'serviceSid',
        'identity',
        'factorSid',
        'details.message',
        'details.fields.1.label',
        'details.fields.1.value',
        'hiddenDetails',
        'authPayload',
        'expirationDate',
      ],
    ],
    [
      'createChallenge',
      {
        ...INPUTS.createChallenge,
        details: { fields: Array.from({ length: 21 }, () => ({ label: 'a', value: 'b' })) },
        expirationDate: new Date(Date.now() - 1_000),
      },
      ['details.fields', 'expirationDate'],
    ],
    [
      'updateChallenge',
      { ...P, challengeSid: 'YC' },
      ['serviceSid', 'identity', 'challengeSid', 'authPayload'],
    ],
    [
      'updateChallenge',
      { ...INPUTS.updateChallenge, authPayload: 'x'.repeat(5457), metadata: {} },
      ['authPayload'],
    ],
  ])('bad input of %s is refused with every problem, and nothing is sent', async (name, input, paths) => {
    const { result, received } = await mutate(name, input, SUCCESS[name]);
    expect(result).toMatchObject({ __typename: 'InvalidInputError', nextAction: 'FIX_INPUT' });
    expect(result.issues.map(({ path }: { path: string }) => path)).toEqual(paths);
    for (const { path, message } of result.issues) expect(message).toContain(path.split('.').at(-1));
    expect(received).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'prototype', 'toString', 'é'])(
    'a hidden detail may be called %j',
    async (name) => {
      const text = `{"${name}":"x"}`;
      const hiddenDetails: unknown = JSON.parse(text);
      const { received } = await mutate(
        'createChallenge',
        { ...INPUTS.createChallenge, hiddenDetails },
        SUCCESS.createChallenge,
      );
      expect(new URLSearchParams(received[0]!.split('\r\n\r\n')[1]).get('HiddenDetails')).toBe(text);
      const bad: unknown = JSON.parse(`{"${name}":1}`);
      const refused = await mutate(
        'createChallenge',
        { ...INPUTS.createChallenge, hiddenDetails: bad },
        SUCCESS.createChallenge,
      );
      expect(refused.result.__typename).toBe('InvalidInputError');
    },
  );

  it('a message is measured in characters: 256 emojis are a message', async () => {
    const input = { ...INPUTS.createChallenge, details: { message: '🔑'.repeat(256) } };
    const { result } = await mutate('createChallenge', input, SUCCESS.createChallenge);
    expect(result.__typename).toBe('Challenge');
  });
});

it("Twilio's text is in the log of a write without the values it repeats", async () => {
  const answer = httpAnswer(400, '{"code":60306,"message":"Invalid: Config.NotificationToken=secret1"}');
  const { lines } = await mutate('updateFactor', INPUTS.updateFactor, answer);
  expect(lines.find(({ msg }) => msg === 'write')).toMatchObject({
    outcome: 'InvalidInputError',
    twilio: { status: 400, code: 60306, message: expect.stringMatching(/^Invalid: .*\[redacted\]$/) },
  });
  expect(JSON.stringify(lines)).not.toContain('secret');
});

describe('one operation', () => {
  it('an operation reads anew after a write', async () => {
    let reads = 0;
    const upstream = await startUpstream((socket, request) => {
      if (request.startsWith('POST')) return void socket.write(SUCCESS.updateFactor);
      reads += 1;
      socket.write(httpAnswer(200, JSON.stringify({ sid: `YE${String(reads).padStart(32, '0')}` })));
    });
    const { graphql } = await startGateway(upstreamAt(upstream.url));
    const { data } = await graphql(
      `
        mutation ($input: UpdateFactorInput!) {
          first: updateFactor(input: $input) {
            ...entity
          }
          second: updateFactor(input: $input) {
            ...entity
          }
        }
        fragment entity on Factor {
          a: entity {
            sid
          }
          b: entity {
            sid
          }
        }
      `,
      { input: INPUTS.updateFactor },
    );
    const read = (number: number) => ({ sid: `YE${String(number).padStart(32, '0')}` });
    expect(data).toEqual({ first: { a: read(1), b: read(1) }, second: { a: read(2), b: read(2) } });
  });

  it('an operation counts its writes among its upstream calls', async () => {
    const upstream = await startUpstream(SUCCESS.createEntity);
    const { graphql } = await startGateway({ ...upstreamAt(upstream.url), LIMIT_UPSTREAM_CALLS: '2' });
    const { errors } = await graphql(
      `
        mutation ($input: CreateEntityInput!) {
          a: createEntity(input: $input) {
            __typename
          }
          b: createEntity(input: $input) {
            __typename
          }
          c: createEntity(input: $input) {
            __typename
          }
        }
      `,
      { input: INPUTS.createEntity },
    );
    expect(errors).toMatchObject([{ path: ['c'], extensions: { code: 'TOO_MANY_UPSTREAM_CALLS' } }]);
    expect(upstream.received.join('').match(/POST /g)).toHaveLength(2);
  });
});

it('every mutation is tested here, or is the resend', () => {
  const schema = buildSchema();
  const fields = schema.getMutationType()!.getFields();
  expect(Object.keys(fields).sort()).toEqual([...MUTATION_NAMES, 'resendChallengeNotification'].sort());
  for (const { name, type } of Object.values(fields)) {
    expect(String(type)).toBe(`${name[0]!.toUpperCase()}${name.slice(1)}Result`);
    expect(isUnionType(type)).toBe(true);
  }
});
