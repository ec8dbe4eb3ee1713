import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import * as seed from '../../src/sandbox/seed.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import {
  ask,
  basic,
  CHALLENGES,
  createChallenge,
  ENTITY,
  factorForm,
  FACTORS,
  SERVICE,
} from '../helpers/sandboxApi.ts';
import { startTestSandbox } from '../helpers/startTestSandbox.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startTestSandbox();
});

const outcome = async (attempt: ReturnType<typeof ask>) => {
  const { status, json } = await attempt;
  return json?.code ?? status;
};

describe('an access token', () => {
  const identity = 'somebody-new';
  const factors = `${SERVICE}/Entities/${identity}/Factors`;
  const newToken = async () => {
    const form = { Identity: identity, FactorType: 'push', Ttl: '120' };
    return (await ask(sandbox, 'POST', `${SERVICE}/AccessTokens`, form)).json.token as string;
  };
  const create = (token: string, path = factors) =>
    outcome(
      ask(sandbox, 'POST', path, factorForm(sandbox.newDevice()), { authorization: basic('token', token) }),
    );

  test('an access token creates a factor of its identity', async () => {
    expect(await create(await newToken())).toBe(201);
  });

  test('an access token is accepted until its ttl has elapsed', async () => {
    const token = await newToken();
    sandbox.advanceClock(118);
    expect(await create(token)).toBe(201);
    sandbox.advanceClock(3);
    expect(await create(token)).toBe(20003);
  });

  test('an access token creates no factor of another identity or service', async () => {
    const token = await newToken();
    expect(await create(token, FACTORS)).toBe(20003);
    const { sid } = (await ask(sandbox, 'POST', '/v2/Services', { FriendlyName: 'Bank' })).json;
    expect(await create(token, factors.replace(seed.SANDBOX_SERVICE_SID, sid))).toBe(20003);
  });

  test('an access token does nothing but create a factor', async () => {
    const authorization = basic('token', await newToken());
    for (const path of [factors, factors.replace('/Factors', ''), '/v2/Services']) {
      expect(await outcome(ask(sandbox, 'GET', path, undefined, { authorization })), path).toBe(20003);
    }
    expect(await create('a.b.c.d.e')).toBe(20003);
  });
});

describe('the JWT of a device', () => {
  let key: KeyObject;
  let factorSid: string;
  let credentialSid: string;

  beforeEach(async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    key = privateKey;
    const text = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const form = factorForm(sandbox.newDevice(), { 'Binding.PublicKey': text });
    const { json } = await ask(sandbox, 'POST', FACTORS, form);
    factorSid = json.sid;
    credentialSid = json.config.credential_sid;
  });

  interface Changes {
    readonly header?: object;
    readonly payload?: object;
    readonly key?: KeyObject;
  }

  const jwt = (changes: Changes = {}) => {
    const seconds = Math.floor(sandbox.now.getTime() / 1000);
    const header = { typ: 'JWT', alg: 'ES256', cty: 'twilio-pba;v=1', kid: credentialSid, ...changes.header };
    const payload = { sub: seed.SANDBOX_ACCOUNT_SID, nbf: seconds, exp: seconds + 600, ...changes.payload };
    const signed = [header, payload]
      .map((json) => Buffer.from(JSON.stringify(json)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(signed), {
      key: changes.key ?? key,
      dsaEncoding: 'ieee-p1363',
    });
    return `${signed}.${signature.toString('base64url')}`;
  };
  const call = (method: string, path: string, form?: Record<string, string>, token = jwt()) =>
    ask(sandbox, method, path, form, { authorization: basic('token', token) });

  test('the JWT of a device verifies, reads, updates and deletes its own factor', async () => {
    const own = `${FACTORS}/${factorSid}`;
    const verification = sign('sha256', Buffer.from(factorSid), key).toString('base64');
    expect((await call('POST', own, { AuthPayload: verification })).json.status).toBe('verified');
    expect((await call('POST', own, { FriendlyName: 'New' })).json.friendly_name).toBe('New');
    expect((await call('GET', own)).status).toBe(200);
    expect((await call('DELETE', own)).status).toBe(204);
    expect(await outcome(call('GET', own))).toBe(20003);
  });

  test('the JWT of a device lists, reads and answers the challenges of its own factor', async () => {
    const verification = sign('sha256', Buffer.from(factorSid), key).toString('base64');
    await call('POST', `${FACTORS}/${factorSid}`, { AuthPayload: verification });
    const sid = await createChallenge(sandbox, { FactorSid: factorSid });
    const { challenges } = (await call('GET', `${CHALLENGES}?Status=pending`)).json;
    expect(challenges.map((challenge: { sid: string }) => challenge.sid)).toEqual([sid]);
    expect(
      (await call('GET', `${CHALLENGES}?FactorSid=${seed.VERIFIED_FACTOR_SID}`)).json.challenges,
    ).toEqual([]);
    expect((await call('GET', `${CHALLENGES}/${sid}`)).status).toBe(200);
    expect(await outcome(call('POST', `${CHALLENGES}/${sid}`, { AuthPayload: 'x' }))).toBe(60324);
  });

  test.each<[string, string, string]>([
    ["another's factor", 'GET', `${FACTORS}/${seed.VERIFIED_FACTOR_SID}`],
    ["another's factor", 'DELETE', `${FACTORS}/${seed.VERIFIED_FACTOR_SID}`],
    ["another's challenge", 'GET', `${CHALLENGES}/${seed.seededSid('YC', 1)}`],
    ["another's challenge", 'POST', `${CHALLENGES}/${seed.seededSid('YC', 1)}`],
    ['a resend', 'POST', `${CHALLENGES}/${seed.seededSid('YC', 1)}/Notifications`],
    ['a seeded fault', 'POST', `${CHALLENGES}/${seed.seededSid('YC', 90004)}/Notifications`],
    ['a new challenge', 'POST', CHALLENGES],
    ['all factors', 'GET', FACTORS],
    ['a new factor', 'POST', FACTORS],
    ['the entity', 'GET', ENTITY],
    ['the service', 'GET', SERVICE],
    ["another identity's challenges", 'GET', `${SERVICE}/Entities/somebody-else/Challenges`],
  ])('the JWT of a device is refused %s: %s %s', async (_, method, path) => {
    expect(await outcome(call(method, path, method === 'POST' ? { Metadata: '{}' } : undefined))).toBe(20003);
    expect(sandbox.notifications).toEqual([]);
  });

  test('the JWT of a device is accepted for ten minutes, by the clock of the sandbox', async () => {
    const token = jwt();
    expect((await call('GET', CHALLENGES, undefined, token)).status).toBe(200);
    sandbox.advanceClock(598);
    expect((await call('GET', CHALLENGES, undefined, token)).status).toBe(200);
    sandbox.advanceClock(3);
    expect(await outcome(call('GET', CHALLENGES, undefined, token))).toBe(20003);
  });

  const { privateKey: another } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  test.each<[string, Changes]>([
    ['the key of another', { key: another }],
    ['another algorithm', { header: { alg: 'HS256' } }],
    ['another content type', { header: { cty: 'twilio-fpa;v=1' } }],
    ['no content type', { header: { cty: undefined } }],
    ['an unknown credential', { header: { kid: `CR${'f'.repeat(32)}` } }],
    ['no credential', { header: { kid: undefined } }],
    ['another account', { payload: { sub: `AC${'f'.repeat(32)}` } }],
    ['a start in the future', { payload: { nbf: 32_503_680_000 } }],
    ['no start', { payload: { nbf: undefined } }],
    ['an end in the past', { payload: { exp: 1 } }],
    ['no end', { payload: { exp: undefined } }],
    ['an end as text', { payload: { exp: '32503680000' } }],
  ])('the JWT of a device with %s is refused', async (_, changes) => {
    expect(await outcome(call('GET', CHALLENGES, undefined, jwt(changes)))).toBe(20003);
  });
});
