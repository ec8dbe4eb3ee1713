import type { GraphQLArgument } from 'graphql';
import { readFileSync } from 'node:fs';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  printType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema, printSdl } from '../../src/schema/index.ts';

const schema = buildSchema();
const ownTypes = Object.values(schema.getTypeMap()).filter(
  ({ name, astNode }) => !name.startsWith('__') && !astNode,
);

describe('the schema', () => {
  it('the schema equals the committed schema.graphql', () => {
    expect(readFileSync('schema.graphql', 'utf8')).toBe(printSdl());
  });

  it('the schema describes every type, field, argument and enum value', () => {
    const silent = ownTypes.flatMap((type) => {
      if (['String', 'ID', 'Int', 'Boolean'].includes(type.name)) return [];
      const names = type.description ? [] : [type.name];
      if (isEnumType(type)) {
        names.push(
          ...type.getValues().flatMap((value) => (value.description ? [] : [`${type.name}.${value.name}`])),
        );
      }
      if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (!field.description) names.push(`${type.name}.${field.name}`);
          const args: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
          names.push(
            ...args.flatMap((arg) => (arg.description ? [] : [`${type.name}.${field.name}(${arg.name})`])),
          );
        }
      }
      return names;
    });
    expect(silent).toEqual([]);
    expect(ownTypes.length).toBeGreaterThan(20);
  });

  it('the schema keeps the order of the arguments and of the members', () => {
    const mutation = schema.getMutationType()!.getFields()['resendChallengeNotification']!;
    expect(mutation.args.map((arg) => `${arg.name}: ${arg.type}`)).toEqual([
      'serviceSid: ID!',
      'identity: String!',
      'challengeSid: ID!',
      'ttl: Int',
    ]);
    expect(String(mutation.type)).toBe('ResendChallengeNotificationResult');
    const union = schema.getType('ResendChallengeNotificationResult')!;
    expect(printType(union).replace(/"""[^"]*"""\n/, '')).toBe(
      'union ResendChallengeNotificationResult = Notification | InvalidInputError | ChallengeNotFoundError | ' +
        'ChallengeExpiredError | ChallengeAlreadyRespondedError | NotificationCapReachedError | PushDisabledError | ' +
        'FactorNotVerifiedError | ResendCooldownError | RateLimitedError | ResendOutcomeUnknownError | ' +
        'UpstreamUnavailableError | UpstreamRejectedError',
    );
  });

  const verifyError = schema.getType('VerifyError')!;
  const unions = ownTypes.filter(isUnionType);

  it('the schema lets every error be selected through VerifyError, with one code each', () => {
    if (!isInterfaceType(verifyError)) throw new Error('not an interface');
    const errors = schema.getImplementations(verifyError).objects.map(({ name }) => name);
    expect(errors.every((name) => name.endsWith('Error'))).toBe(true);
    const codes = schema.getType('VerifyErrorCode');
    const expected = errors.map((name) =>
      name
        .replace(/Error$/, '')
        .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
        .toUpperCase(),
    );
    expect(
      isEnumType(codes) &&
        codes
          .getValues()
          .map(({ name }) => name)
          .sort(),
    ).toEqual(expected.sort());
  });

  it('the schema makes every union of one object and errors', () => {
    if (!isInterfaceType(verifyError)) throw new Error('not an interface');
    for (const union of unions) {
      const others = union.getTypes().filter((type) => !schema.isSubType(verifyError, type));
      expect(others, union.name).toHaveLength(1);
    }
    expect(unions.length).toBeGreaterThan(8);
  });

  it.each(unions.map((union) => [union.name, union] as const))(
    'a field has the same type in every member of %s, so that all can be selected together',
    (_, union) => {
      const types = new Map<string, Set<string>>();
      for (const member of union.getTypes()) {
        for (const field of Object.values(member.getFields())) {
          types.set(field.name, (types.get(field.name) ?? new Set()).add(String(field.type)));
        }
      }
      expect([...types].filter(([, kinds]) => kinds.size > 1)).toEqual([]);
    },
  );
});
