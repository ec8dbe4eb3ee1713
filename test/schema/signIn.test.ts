import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/sandbox/index.ts';
import { mutationDocument } from '../helpers/mutations.ts';
import type { MutationName } from '../helpers/mutations.ts';
import { PENDING, startGateway } from '../helpers/startGateway.ts';

const { serviceSid, identity } = PENDING;
const CHALLENGE = '... on Challenge { id sid status factorSid dateResponded metadata }';

type Gateway = Awaited<ReturnType<typeof startGateway>>;

async function mutate({ graphql }: Gateway, name: MutationName, input: object, selection = '') {
  const { data, errors } = await graphql(mutationDocument(name, selection), { input });
  expect(errors).toBeUndefined();
  return data?.[name];
}

const createChallenge = (gateway: Gateway, factorSid: string, message = 'Sign in?') =>
  mutate(gateway, 'createChallenge', { serviceSid, identity, factorSid, details: { message } }, CHALLENGE);

/** The registration of a device as an app goes through it, by way of the gateway. */
async function register(gateway: Gateway, device: Device) {
  const factor = await mutate(
    gateway,
    'createPushFactor',
    {
      serviceSid,
      identity,
      friendlyName: 'New phone',
      publicKey: device.publicKey,
      config: {
        appId: device.config.appId,
        notificationPlatform: device.config.notificationPlatform.toUpperCase(),
        notificationToken: device.config.notificationToken,
        sdkVersion: device.config.sdkVersion,
      },
    },
    '... on Factor { sid status }',
  );
  expect(factor).toMatchObject({ __typename: 'Factor', status: 'UNVERIFIED' });
  return factor.sid as string;
}

const verify = (gateway: Gateway, factorSid: string, authPayload: string) =>
  mutate(
    gateway,
    'updateFactor',
    { serviceSid, identity, factorSid, authPayload },
    '... on Factor { sid status }',
  );

describe('the life of a device, through the graph', () => {
  it('a device is registered, verified, asked, asked again, and deleted through the graph', async () => {
    const gateway = await startGateway();
    const device = gateway.sandbox!.newDevice({ platform: 'apn' });
    const factorSid = await register(gateway, device);

    expect((await createChallenge(gateway, factorSid)).__typename).toBe('FactorNotVerifiedError');
    expect(await verify(gateway, factorSid, device.authPayload())).toMatchObject({ status: 'VERIFIED' });

    const challenge = await createChallenge(gateway, factorSid, 'Pay 5 €?');
    expect(challenge).toMatchObject({ __typename: 'Challenge', status: 'PENDING', factorSid });
    expect(await gateway.resend({ challengeSid: challenge.sid, ttl: 60 })).toMatchObject({ ttl: 60 });
    expect(device.inbox).toMatchObject([
      { message: 'Pay 5 €?', challengeSid: challenge.sid, notificationSid: null },
      { message: 'Pay 5 €?', challengeSid: challenge.sid, ttl: 60 },
    ]);

    const deleted = await mutate(gateway, 'deleteFactor', { serviceSid, identity, factorSid });
    expect(deleted).toEqual({ __typename: 'DeletedFactor' });
    expect((await createChallenge(gateway, factorSid)).__typename).toBe('FactorNotFoundError');
  });

  it('a device is not verified by the signature of another one', async () => {
    const gateway = await startGateway();
    const [device, other] = [gateway.sandbox!.newDevice(), gateway.sandbox!.newDevice()];
    const factorSid = await register(gateway, device);
    await register(gateway, other);
    expect(await verify(gateway, factorSid, other.authPayload())).toMatchObject({
      __typename: 'FactorVerificationFailedError',
      nextAction: 'VERIFY_FACTOR',
    });
  });

  it('a new person gets an entity with a device, and both can be deleted', async () => {
    const gateway = await startGateway();
    const person = { serviceSid, identity: 'new-person-01' };
    expect((await mutate(gateway, 'createEntity', person)).__typename).toBe('Entity');
    expect((await mutate(gateway, 'createEntity', person)).__typename).toBe('EntityAlreadyExistsError');
    const token = await mutate(gateway, 'createAccessToken', person, '... on AccessToken { token ttl }');
    expect(token).toMatchObject({ token: expect.stringMatching(/^(.+\.){4}.+$/), ttl: 60 });
    expect((await mutate(gateway, 'deleteEntity', person)).__typename).toBe('DeletedEntity');
    expect((await mutate(gateway, 'deleteEntity', person)).__typename).toBe('EntityNotFoundError');
  });
});

describe('an answer of the device', () => {
  const STATUS = `query ($id: ID!) { node(id: $id) { ... on Challenge { status dateResponded } } }`;

  it.each([
    ['approve', 'APPROVED'],
    ['deny', 'DENIED'],
  ] as const)(
    'a resend is ChallengeAlreadyRespondedError when the phone answers between the read and it: %s',
    async (answer, status) => {
      const gateway = await startGateway();
      const phone = gateway.sandbox!.device();
      const { id, sid } = await createChallenge(gateway, phone.factorSid!);
      const before = await gateway.graphql(STATUS, { id });
      expect(before.data?.['node']).toEqual({ status: 'PENDING', dateResponded: null });

      phone[answer](sid);
      expect(await gateway.resend({ challengeSid: sid })).toMatchObject({
        __typename: 'ChallengeAlreadyRespondedError',
        nextAction: 'READ_CHALLENGE',
      });
      const after = await gateway.graphql(STATUS, { id });
      expect(after.data?.['node']).toEqual({ status, dateResponded: expect.any(String) });
      expect(phone.inbox).toHaveLength(1);
    },
  );

  it('an answer of the device with a bad signature is refused, and the challenge stays pending', async () => {
    const gateway = await startGateway();
    const { id, sid } = await createChallenge(gateway, gateway.sandbox!.device().factorSid!);
    const answer = { serviceSid, identity, challengeSid: sid, authPayload: 'eyJhbGciOiJub25lIn0.e30.' };
    expect(await mutate(gateway, 'updateChallenge', answer)).toMatchObject({
      __typename: 'ChallengeVerificationFailedError',
      nextAction: 'FIX_INPUT',
    });
    const { data } = await gateway.graphql(STATUS, { id });
    expect(data?.['node'].status).toBe('PENDING');
  });

  it('an answer of the device after its time is ChallengeExpiredError', async () => {
    const gateway = await startGateway();
    const { sid } = await createChallenge(gateway, gateway.sandbox!.device().factorSid!);
    gateway.sandbox!.advanceClock(301);
    const answer = { serviceSid, identity, challengeSid: sid, authPayload: 'a.b.c' };
    expect((await mutate(gateway, 'updateChallenge', answer)).__typename).toBe('ChallengeExpiredError');
    expect((await gateway.resend({ challengeSid: sid })).__typename).toBe('ChallengeExpiredError');
  });
});

it('after the clock of the sandbox has been advanced, an expiration is measured by that clock', async () => {
  const gateway = await startGateway();
  gateway.sandbox!.advanceClock(7_200);
  const at = (minutes: number) => new Date(gateway.sandbox!.now.getTime() + minutes * 60_000);
  const factorSid = gateway.sandbox!.device().factorSid!;
  const create = (expirationDate: Date) =>
    mutate(
      gateway,
      'createChallenge',
      { serviceSid, identity, factorSid, details: { message: 'Sign in?' }, expirationDate },
      CHALLENGE,
    );
  expect((await create(at(10))).__typename).toBe('Challenge');
  expect((await create(at(-10))).__typename).toBe('InvalidInputError');
  expect((await create(at(61))).__typename).toBe('InvalidInputError');
});

describe('a push', () => {
  it('a push to a phone that is offline is lost with its ttl, and arrives when it is back in time', async () => {
    const gateway = await startGateway();
    const { sandbox, resend } = gateway;
    const phone = sandbox!.device();
    phone.online = false;
    for (const ttl of [0, 10, 300]) await resend({ ttl });
    sandbox!.advanceClock(10);
    phone.online = true;
    expect(phone.inbox).toMatchObject([{ ttl: 300, challengeSid: PENDING.challengeSid }]);
  });
});
