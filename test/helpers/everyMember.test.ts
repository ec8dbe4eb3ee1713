import type { GraphQLUnionType } from 'graphql';
import { expect, it } from 'vitest';
import { buildSchema } from '../../src/schema/index.ts';
import { EVERY_MEMBER } from './everyMember.ts';

it('every member of the union has a resend in EVERY_MEMBER', () => {
  const union = buildSchema().getType('ResendChallengeNotificationResult') as GraphQLUnionType;
  expect(EVERY_MEMBER.map(([member]) => member)).toEqual(union.getTypes().map(({ name }) => name));
});
