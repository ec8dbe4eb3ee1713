import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import { ask, CHALLENGES, createChallenge, factorForm, FACTORS } from '../../helpers/sandboxApi.ts';
import { startTestSandbox } from '../../helpers/startTestSandbox.ts';

const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');

/** A JWT made without any of the sandbox's own code, as a real device would. */
function jwt(payload: object, key: KeyObject, header: object = { typ: 'JWT', alg: 'ES256' }): string {
  const signed = `${part(header)}.${part(payload)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

describe('an answer to a challenge', () => {
  let sandbox: Sandbox;
  let key: KeyObject;
  let path: string;
  let members: Record<string, any>;

  const answer = async (AuthPayload: string) => {
    const { status, json } = await ask(sandbox, 'POST', path, { AuthPayload });
    return json.code ?? { status, challenge: json.status };
  };
  const read = async () => {
    const { headers, json } = await ask(sandbox, 'GET', path);
    const fields = headers.get('twilio-verify-signature-fields')!.split(',');
    return Object.fromEntries(fields.map((name) => [name, json[name]]));
  };

  beforeEach(async () => {
    sandbox = await startTestSandbox();
    const { privateKey, publicKey } = newKey();
    key = privateKey;
    const text = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const form = factorForm(sandbox.newDevice(), { 'Binding.PublicKey': text });
    const { sid } = (await ask(sandbox, 'POST', FACTORS, form)).json;
    const verification = sign('sha256', Buffer.from(sid), privateKey).toString('base64');
    await ask(sandbox, 'POST', `${FACTORS}/${sid}`, { AuthPayload: verification });
    const challenge = await createChallenge(sandbox, {
      FactorSid: sid,
      'Details.Fields': '{"label":"Place","value":"Zürich"}',
      HiddenDetails: '{"ip":"192.0.2.1"}',
    });
    path = `${CHALLENGES}/${challenge}`;
    members = await read();
  });

  test('the fields to sign are named in a header of a pending challenge alone', async () => {
    expect(Object.keys(members)).toEqual(
      expect.arrayContaining(['sid', 'factor_sid', 'date_created', 'details', 'hidden_details']),
    );
    expect(members['details'].fields).toEqual([{ label: 'Place', value: 'Zürich' }]);
    await answer(jwt({ ...members, status: 'approved' }, key));
    expect((await ask(sandbox, 'GET', path)).headers.get('twilio-verify-signature-fields')).toBeNull();
  });

  test.each(['approved', 'denied'])('a challenge is %s when its device has signed that', async (status) => {
    expect(await answer(jwt({ ...members, status }, key))).toEqual({ status: 200, challenge: status });
  });

  test('a signed answer may have its members in any order', async () => {
    const reversed = Object.fromEntries(Object.entries(members).reverse());
    const payload = jwt({ status: 'approved', ...reversed }, key, { alg: 'ES256', typ: 'JWT' });
    expect(await answer(payload)).toEqual({ status: 200, challenge: 'approved' });
  });

  test.each<[string, () => string]>([
    ['another key', () => jwt({ ...members, status: 'approved' }, newKey().privateKey)],
    ['another status', () => jwt({ ...members, status: 'pending' }, key)],
    ['no status', () => jwt(members, key)],
    ['a member too many', () => jwt({ ...members, url: 'x', status: 'approved' }, key)],
    ['a member too few', () => jwt({ ...members, details: undefined, status: 'approved' }, key)],
    [
      'a member as text',
      () => jwt({ ...members, details: JSON.stringify(members['details']), status: 'approved' }, key),
    ],
    [
      'another message',
      () => jwt({ ...members, details: { ...members['details'], message: 'Pay?' }, status: 'approved' }, key),
    ],
    ['another challenge', () => jwt({ ...members, sid: `YC${'f'.repeat(32)}`, status: 'approved' }, key)],
    [
      'another algorithm in the header',
      () => jwt({ ...members, status: 'approved' }, key, { typ: 'JWT', alg: 'HS256' }),
    ],
    ['no algorithm', () => jwt({ ...members, status: 'approved' }, key, { typ: 'JWT' })],
    [
      'no signature',
      () => `${part({ typ: 'JWT', alg: 'none' })}.${part({ ...members, status: 'approved' })}.`,
    ],
    [
      'an HMAC',
      () => {
        const signed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ ...members, status: 'approved' })}`;
        return `${signed}.${createHmac('sha256', 'key').update(signed).digest('base64url')}`;
      },
    ],
    [
      'a DER signature',
      () => {
        const signed = `${part({ typ: 'JWT', alg: 'ES256' })}.${part({ ...members, status: 'approved' })}`;
        return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
      },
    ],
    [
      'a payload changed after it was signed',
      () => {
        const [header, , signature] = jwt({ ...members, status: 'denied' }, key).split('.');
        return `${header}.${part({ ...members, status: 'approved' })}.${signature}`;
      },
    ],
    ['a payload that is no object', () => jwt([], key)],
    ['garbage', () => 'garbage'],
    ['three parts of garbage', () => 'a.b.c'],
    ['a code', () => '123456'],
  ])('a signed answer with %s answers 60324', async (_, payload) => {
    expect(await answer(payload())).toBe(60324);
    expect((await ask(sandbox, 'GET', path)).json.status).toBe('pending');
  });

  test('a signed answer counts for the challenge as it is now: 60324 for one read before an update', async () => {
    sandbox.advanceClock(2);
    await ask(sandbox, 'POST', path, { Metadata: '{"os":"Android"}' });
    expect(await answer(jwt({ ...members, status: 'approved' }, key))).toBe(60324);
    expect(await answer(jwt({ ...(await read()), status: 'approved' }, key))).toMatchObject({ status: 200 });
  });
});
