import type { Challenge, ChallengeDetails } from '../../twilio/verify/challenge.ts';
import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import { builder } from '../builder.ts';
import { entityType } from '../entity/entityType.ts';
import { factorType, factorTypeEnum } from '../factor/factorType.ts';
import { node, nodeType } from '../node.ts';
import { serviceType } from '../service/serviceType.ts';
import { UNKNOWN } from '../unknown.ts';

export const ChallengeKeyInput = v.object({
  serviceSid: input.serviceSid(),
  identity: input.identity,
  sid: input.challengeSid('sid'),
});

/** The global id of a challenge. */
export const challengeIdOf = nodeType('Challenge', ChallengeKeyInput, ({ sid, ...entity }, { loaders }) =>
  loaders.challenge.load({ ...entity, challengeSid: sid }),
);

export const challengeStatus = builder.enumType('ChallengeStatus', {
  description: 'The state of a challenge.',
  values: {
    PENDING: { description: 'Waiting for the device. Its push can be sent again.' },
    EXPIRED: { description: 'Not answered in time.' },
    APPROVED: { description: 'Approved on the device.' },
    DENIED: { description: 'Denied on the device.' },
    UNKNOWN,
  },
});

const challengeRespondedReason = builder.enumType('ChallengeRespondedReason', {
  description: 'Why a challenge has its status.',
  values: {
    NONE: { description: 'No particular reason was given.' },
    NOT_NEEDED: { description: 'The challenge was no longer needed.' },
    NOT_REQUESTED: { description: 'The person says they did not ask for it.' },
    UNKNOWN,
  },
});

const challengeDetailField = builder
  .objectRef<ChallengeDetails['fields'][number]>('ChallengeDetailField')
  .implement({
    description: 'One labelled fact shown with a challenge.',
    fields: (t) => ({
      label: t.exposeString('label', { nullable: false, description: 'The name of the fact.' }),
      value: t.exposeString('value', { nullable: false, description: 'The fact.' }),
    }),
  });

const challengeDetails = builder.objectRef<ChallengeDetails>('ChallengeDetails').implement({
  description: 'The text and facts that the device shows.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'The question to the person.' }),
    date: t.expose('date', {
      type: 'DateTime',
      description: 'When the challenge was created. Only services that include it in pushes have it.',
    }),
    fields: t.field({
      type: [challengeDetailField],
      nullable: false,
      description: 'More facts, in the order of display.',
      resolve: (details) => details.fields,
    }),
  }),
});

export const challengeType = builder.objectRef<Challenge>('Challenge').implement({
  description: 'A request to one device to approve or deny something.',
  interfaces: [node],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'The global id.', resolve: challengeIdOf }),
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: YC and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Verify service.' }),
    entitySid: t.exposeID('entitySid', { description: 'The SID of the entity that owns it.' }),
    identity: t.exposeString('identity', {
      nullable: false,
      description: 'The identity of the person in your own system.',
    }),
    factorSid: t.exposeID('factorSid', { description: 'The SID of the factor that is asked to answer.' }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
    dateUpdated: t.expose('dateUpdated', { type: 'DateTime', description: 'When it last changed.' }),
    dateResponded: t.expose('dateResponded', {
      type: 'DateTime',
      description: 'When it was answered. It may be set on a pending challenge, so read status instead.',
    }),
    expirationDate: t.expose('expirationDate', {
      type: 'DateTime',
      description: 'When it expires. A resend does not change this.',
    }),
    status: t.expose('status', {
      type: challengeStatus,
      nullable: false,
      description: 'The state of the challenge. Only APPROVED means approved.',
    }),
    approved: t.boolean({
      nullable: false,
      description: 'Whether the person may sign in. A sign-in may trust this field, and no other.',
      resolve: ({ status }) => status === 'APPROVED',
    }),
    respondedReason: t.expose('respondedReason', {
      type: challengeRespondedReason,
      nullable: false,
      description: 'The reason for its status.',
    }),
    factorType: t.expose('factorType', {
      type: factorTypeEnum,
      nullable: false,
      description: 'The kind of factor that is asked to answer.',
    }),
    details: t.expose('details', {
      type: challengeDetails,
      description: 'The text and facts that the device shows.',
    }),
    hiddenDetails: t.expose('hiddenDetails', {
      type: 'JSONObject',
      description: 'Facts that the device never shows. Needs the scope verify:admin.',
      scope: 'verify:admin',
    }),
    metadata: t.expose('metadata', {
      type: 'JSONObject',
      description: 'Facts that the device reported about itself with its answer.',
    }),
    url: t.exposeString('url', { description: "Its address in Twilio's REST API." }),
    factor: t.field({
      type: factorType,
      description: 'The factor that is asked to answer it.',
      scope: 'verify:read',
      resolve: ({ serviceSid, identity, factorSid }, _, { loaders }) =>
        factorSid === null ? null : loaders.factor.load({ serviceSid, identity, factorSid }),
    }),
    entity: t.field({
      type: entityType,
      description: 'The entity that owns it.',
      scope: 'verify:read',
      resolve: (challenge, _, { loaders }) => loaders.entity.load(challenge),
    }),
    service: t.field({
      type: serviceType,
      description: 'Its Verify service.',
      scope: 'verify:read',
      resolve: (challenge, _, { loaders }) => loaders.service.load(challenge),
    }),
  }),
});
