import { describe, expect, it } from 'vitest';
import { PENDING, RESEND, startGateway } from '../helpers/startGateway.ts';
import type { GraphQLAnswer } from '../helpers/startGateway.ts';

const CREATE = 'mutation ($input: CreateChallengeInput!) { createChallenge(input: $input) { __typename } }';

describe('an answer', () => {
  it.each<[string, object]>([
    ['of an unknown directive', { query: `{ __typename ${'@aa '.repeat(20)} }` }],
    ['of unknown fields', { query: `{ ${Array.from({ length: 300 }, (_, i) => `f${i}`).join(' ')} }` }],
    [
      'of unknown members of a variable',
      {
        query: CREATE,
        variables: {
          input: Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`k${i}`, 'x'.repeat(1_000)])),
        },
      },
    ],
  ])('an answer has at most five errors, and says that there are more: %s', async (_, body) => {
    const { post } = await startGateway();
    const { errors } = (await (await post(body)).json()) as GraphQLAnswer;
    expect(errors).toHaveLength(6);
    expect(errors![5]!.message).toMatch(/^Too many .*errors/);
  });

  it('an answer has every problem of an input, beyond the limit of five errors', async () => {
    const { resend } = await startGateway();
    const { issues } = await resend({ serviceSid: 'x', identity: 'y', challengeSid: 'z', ttl: -1 });
    expect(issues).toHaveLength(4);
  });
});

it('variables of the wrong type are refused before anything is sent', async () => {
  const { post, sandbox } = await startGateway({ INTROSPECTION: 'off' });
  const response = await post({ query: RESEND, variables: { ...PENDING, ttl: 'soon' } });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(sandbox!.notifications).toEqual([]);
});
