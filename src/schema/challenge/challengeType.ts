import type { Challenge, ChallengeDetails } from '../../twilio/verify/challenge.ts';
import { builder } from '../builder.ts';

const UNKNOWN = { description: 'A value that Twilio has added and this gateway does not know yet.' };

const challengeStatus = builder.enumType('ChallengeStatus', {
  description: 'Where a challenge stands.',
  values: {
    PENDING: { description: 'Waiting for the device; a push can be sent again.' },
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

const factorType = builder.enumType('FactorType', {
  description: 'The kind of factor that answers a challenge.',
  values: {
    PUSH: { description: 'An app that receives pushes; the only kind whose push can be sent again.' },
    TOTP: { description: 'A code from an authenticator app.' },
    PASSKEYS: { description: 'A passkey.' },
    UNKNOWN,
  },
});

const challengeDetailField = builder
  .objectRef<ChallengeDetails['fields'][number]>('ChallengeDetailField')
  .implement({
    description: 'One labelled fact shown with a challenge.',
    fields: (t) => ({
      label: t.exposeString('label', { nullable: false, description: 'What the fact is about.' }),
      value: t.exposeString('value', { nullable: false, description: 'The fact.' }),
    }),
  });

const challengeDetails = builder.objectRef<ChallengeDetails>('ChallengeDetails').implement({
  description: 'What the device shows to the person who is asked.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'The question put to the person.' }),
    date: t.expose('date', {
      type: 'DateTime',
      description: 'When the challenge was made; only on services that include it in pushes.',
    }),
    fields: t.field({
      type: [challengeDetailField],
      nullable: false,
      description: 'Further facts, in the order they are shown.',
      resolve: (details) => details.fields,
    }),
  }),
});

export const challengeType = builder.objectRef<Challenge>('Challenge').implement({
  description: "A request to approve or deny something, put to one person's device.",
  fields: (t) => ({
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
      description: 'When it was answered. May be filled on a pending challenge: trust status instead.',
    }),
    expirationDate: t.expose('expirationDate', {
      type: 'DateTime',
      description: 'When it expires. Sending its push again does not move this.',
    }),
    status: t.expose('status', { type: challengeStatus, nullable: false, description: 'Where it stands.' }),
    respondedReason: t.expose('respondedReason', {
      type: challengeRespondedReason,
      nullable: false,
      description: 'Why it has its status.',
    }),
    factorType: t.expose('factorType', {
      type: factorType,
      nullable: false,
      description: 'The kind of factor that is asked to answer.',
    }),
    details: t.expose('details', {
      type: challengeDetails,
      description: 'What the device shows to the person.',
    }),
    url: t.exposeString('url', { description: "Its address in Twilio's REST API." }),
  }),
});
