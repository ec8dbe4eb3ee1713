import { describe, expect, it } from 'vitest';
import { seededSid } from '../../../src/sandbox/seed.ts';
import { PENDING, startGateway } from '../../helpers/startGateway.ts';

const RESEND_AND_READ = `
  mutation ($serviceSid: ID!, $identity: String!, $challengeSid: ID!) {
    resendChallengeNotification(serviceSid: $serviceSid, identity: $identity, challengeSid: $challengeSid) {
      __typename
      ... on VerifyError { nextAction }
      ... on ChallengeExpiredError { challenge { ...needed } }
      ... on NotificationCapReachedError { challenge { ...needed } }
    }
  }
  fragment needed on Challenge { factorSid details { message fields { label value } } }`;

const CREATE = `
  mutation ($input: CreateChallengeInput!) {
    createChallenge(input: $input) {
      __typename
      ... on Challenge { sid status factorSid details { message fields { label value } } }
    }
  }`;

describe('a spent challenge', () => {
  it.each([
    ['ChallengeExpiredError', 60323],
    ['NotificationCapReachedError', 60309],
  ])(
    'a spent challenge that answers %s leads to the next one without another query',
    async (member, code) => {
      const { graphql, resend } = await startGateway();
      const { serviceSid, identity } = PENDING;
      const spent = await graphql(RESEND_AND_READ, { ...PENDING, challengeSid: seededSid('YC', code) });
      const error = spent.data?.['resendChallengeNotification'];
      expect(error).toMatchObject({ __typename: member, nextAction: 'CREATE_CHALLENGE' });

      const { data } = await graphql(CREATE, { input: { serviceSid, identity, ...error.challenge } });
      const { sid, ...created } = data!['createChallenge'];
      expect(created).toEqual({ __typename: 'Challenge', status: 'PENDING', ...error.challenge });
      expect(await resend({ challengeSid: sid })).toMatchObject({ __typename: 'Notification' });
    },
  );
});
