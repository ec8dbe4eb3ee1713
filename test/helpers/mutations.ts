import { generateKeyPairSync } from 'node:crypto';
import { PENDING } from './startGateway.ts';

const { serviceSid, identity, challengeSid } = PENDING;
const entity = { serviceSid, identity };
const notifyServiceSid = `IS${'0'.repeat(32)}`;
const factorSid = `YF${'a'.repeat(32)}`;

export const PUBLIC_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');

/** An input that passes every rule, of each mutation with an `input`. */
export const INPUTS = {
  createEntity: entity,
  deleteEntity: entity,
  createAccessToken: entity,
  createPushFactor: {
    ...entity,
    friendlyName: 'Phone',
    publicKey: PUBLIC_KEY,
    config: {
      appId: 'com.example.app',
      notificationPlatform: 'FCM',
      notificationToken: 't'.repeat(32),
      sdkVersion: '1.0',
    },
  },
  updateFactor: { ...entity, factorSid, authPayload: 'signature' },
  deleteFactor: { ...entity, factorSid },
  createChallenge: { ...entity, factorSid, details: { message: 'Sign in?' } },
  updateChallenge: { ...entity, challengeSid, authPayload: 'a.b.c' },
  createNotifyBinding: {
    serviceSid: notifyServiceSid,
    identity,
    bindingType: 'FCM',
    address: 't'.repeat(32),
  },
  deleteNotifyBinding: { serviceSid: notifyServiceSid, sid: `BS${'a'.repeat(32)}` },
  sendNotifyNotification: { serviceSid: notifyServiceSid, identities: [identity], body: 'Hello' },
};

export type MutationName = keyof typeof INPUTS;

export const MUTATION_NAMES = Object.keys(INPUTS) as MutationName[];

/** Selects everything that tells the outcomes of one mutation apart. */
export function mutationDocument(name: MutationName, selection = ''): string {
  const input = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${input}!) {
    ${name}(input: $input) {
      __typename
      ... on VerifyError { code nextAction retryAfterSeconds message requestId }
      ... on InvalidInputError { issues { path message } }
      ${selection}
    }
  }`;
}
