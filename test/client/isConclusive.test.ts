import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { CombinedError } from '@urql/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConclusive } from '../../src/client/isConclusive.ts';

interface Told {
  readonly data: Record<string, unknown> | null;
  readonly errors?: { message: string; path?: (string | number)[]; extensions?: { code: string } }[];
}

/** One HTTP answer as `createIntent` gets to know it; what is thrown comes as `error`. */
const SHAPES: readonly (readonly [string, (told: Told) => unknown])[] = [
  ['as JSON', (told) => told],
  ['as thrown by Apollo Client', (told) => ({ error: new CombinedGraphQLErrors(told as never) })],
  [
    'as returned by Apollo Client',
    ({ data, ...told }) => ({
      data: data ?? undefined,
      error: told.errors && new CombinedGraphQLErrors(told as never),
    }),
  ],
  [
    "as urql's result",
    ({ data, errors }) => ({
      data,
      error: errors && new CombinedError({ graphQLErrors: errors as never }),
    }),
  ],
];

const CODES = [
  'UNAUTHENTICATED',
  'AUTHENTICATION_UNAVAILABLE',
  'FORBIDDEN',
  'RATE_LIMITED',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'OPERATION_LIMIT_EXCEEDED',
  'TOO_MANY_UPSTREAM_CALLS',
  'UPSTREAM_MISCONFIGURED',
  'INTERNAL_SERVER_ERROR',
  'GATEWAY_UNAVAILABLE',
  'GATEWAY_OUTCOME_UNKNOWN',
  'DOWNSTREAM_SERVICE_ERROR',
  'SOMETHING_OF_A_HOST',
  undefined,
];

const MUTATION = 'resendChallengeNotification';
const MEMBER = { __typename: 'Notification', challenge: null };
const errorOf = (code: string | undefined, path?: (string | number)[]) => ({
  message: code ?? 'Unexpected error.',
  ...(path && { path }),
  ...(code && { extensions: { code } }),
});

describe.each(SHAPES)('%s', (_, shape) => {
  describe.each(CODES)('%s', (code) => {
    it.each<[string, Told]>([
      ['without data', { data: null, errors: [errorOf(code)] }],
      ['at the mutation, without data', { data: null, errors: [errorOf(code, [MUTATION])] }],
      ['at the mutation', { data: { [MUTATION]: null }, errors: [errorOf(code, [MUTATION])] }],
      [
        'at the mutation, which is not alone',
        { data: { __typename: 'Mutation', visit: 1, [MUTATION]: null }, errors: [errorOf(code, [MUTATION])] },
      ],
      [
        'below a mutation that is null',
        { data: { [MUTATION]: null }, errors: [errorOf(code, [MUTATION, 0])] },
      ],
    ])(`an error ${code} is not conclusive %s`, (_where, told) => {
      expect(isConclusive(shape(told))).toBe(false);
    });

    it(`an error ${code} beside a member is conclusive`, () => {
      const errors = [errorOf(code, [MUTATION, 'challenge'])];
      expect(isConclusive(shape({ data: { [MUTATION]: MEMBER }, errors }))).toBe(true);
    });
  });

  it.each([
    ['alone', [errorOf('IDEMPOTENCY_KEY_REUSED', [MUTATION])]],
    [
      'among others',
      [errorOf('FORBIDDEN', [MUTATION]), errorOf('IDEMPOTENCY_KEY_REUSED'), errorOf(undefined)],
    ],
  ])('a key that was used for something else is used up, %s', (_how, errors) => {
    expect(isConclusive(shape({ data: { [MUTATION]: null }, errors }))).toBe(true);
  });

  it('a member is conclusive', () => {
    expect(isConclusive(shape({ data: { [MUTATION]: MEMBER } }))).toBe(true);
  });

  it('an answer of a host with two fields is conclusive when neither failed', () => {
    expect(isConclusive(shape({ data: { deleteIt: null, [MUTATION]: MEMBER } }))).toBe(true);
  });

  it.each([[{ [MUTATION]: null }], [{ __typename: 'Mutation', [MUTATION]: null }]])(
    'an empty answer is not conclusive, also without an error: %j',
    (data) => {
      expect(isConclusive(shape({ data }))).toBe(false);
    },
  );
});

it.each([
  [undefined, false],
  [null, false],
  [{ data: undefined }, false],
  [{ errors: [null] }, false],
  [{ error: undefined }, false],
  [{ error: new TypeError('fetch failed') }, false],
  [{ error: 'stopped' }, false],
  [{ error: new CombinedError({ networkError: new TypeError('fetch failed') }) }, false],
  ['Look at your phone.', false],
  [true, false],
  [new Response('{}'), false],
  [{ __typename: 'ResendOutcomeUnknownError' }, true],
  [{ __typename: 'Challenge', data: null }, true],
  [{ [MUTATION]: MEMBER }, true],
  [{ createChallenge: { __typename: 'Challenge' } }, true],
  [{ __typename: 'Mutation', [MUTATION]: null }, false],
  [{ __typename: 'Mutation', createChallenge: null }, false],
  [{ __typename: 'RenamedMutation', [MUTATION]: null }, false],
])('%o is conclusive: %s', (given, isOne) => {
  expect(isConclusive(given)).toBe(isOne);
});

describe('the field of the mutation', () => {
  it.each<[Record<string, unknown>, string | undefined, boolean]>([
    [{ [MUTATION]: {} }, undefined, true],
    [{ again: {} }, undefined, false],
    [{ again: {} }, 'again', true],
    [{ again: MEMBER }, undefined, true],
    [{ again: null }, 'again', false],
    [{ again: 'yes' }, 'again', false],
    [{ again: [MEMBER] }, 'again', false],
    [{ visit: { __typename: 'Visit' }, again: null }, undefined, false],
    [{ visit: { __typename: 'Visit' }, again: null }, 'again', false],
    [{ visit: { __typename: 'Visit' } }, 'again', false],
    [{ visit: null, again: MEMBER }, 'again', true],
    [{ [MUTATION]: MEMBER }, 'again', false],
  ])('data %j is conclusive for the field %s: %s', (data, field, isOne) => {
    for (const [, shape] of SHAPES) expect(isConclusive(shape({ data }), field)).toBe(isOne);
    expect(isConclusive(data, field)).toBe(isOne);
  });
});

/** Any JSON, often in the shape of a GraphQL result. */
const anyJson = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('', '__typename', 'id', 'message'), tie('json'), { maxKeys: 3 }),
    fc.record(
      {
        data: tie('json'),
        error: tie('json'),
        errors: tie('json'),
        graphQLErrors: tie('json'),
        path: fc.constant([MUTATION]),
        extensions: fc.record({ code: fc.constantFrom('FORBIDDEN', 'INTERNAL_SERVER_ERROR') }),
      },
      { requiredKeys: [] },
    ),
  ),
})).json;
const anyFields = fc.dictionary(fc.string(), anyJson, { maxKeys: 3 });

describe('any JSON', () => {
  it('JSON without the field of the mutation and without a type is not conclusive', () => {
    fc.assert(
      fc.property(anyJson, (json) => {
        fc.pre(!/"(resendChallengeNotification|__typename)":/.test(JSON.stringify(json)));
        for (const given of [json, { data: json }, { error: json }, { error: { data: json } }]) {
          expect(isConclusive(given)).toBe(false);
          expect(isConclusive(given, MUTATION)).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('JSON in which the mutation is null is not conclusive', () => {
    fc.assert(
      fc.property(anyJson, anyFields, (errors, others) => {
        const given = { data: { ...others, [MUTATION]: null }, errors };
        expect(isConclusive(given)).toBe(false);
        expect(isConclusive(given, MUTATION)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('JSON with a member of the mutation is conclusive', () => {
    fc.assert(
      fc.property(anyJson, anyFields, (errors, others) => {
        const given = { data: { ...others, [MUTATION]: MEMBER }, errors, extensions: others };
        expect(isConclusive(given)).toBe(true);
        expect(isConclusive(given, MUTATION)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
