import fc from 'fast-check';
import { graphql } from 'graphql';
import { expect, it } from 'vitest';
import { buildSchema } from '../../src/schema/index.ts';
import type { Reply } from '../../src/twilio/reply.ts';
import { createTwilioClient } from '../../src/twilio/client.ts';
import { INPUTS, MUTATION_NAMES, mutationDocument } from '../helpers/mutations.ts';
import { contextsOf, memoryStore } from '../helpers/testContext.ts';
import { PENDING, RESEND } from '../helpers/startGateway.ts';

const schema = buildSchema();
const store = memoryStore();

interface Write {
  readonly name: string;
  readonly source: string;
  readonly variableValues: Record<string, unknown>;
}

const writes: readonly Write[] = [
  { name: 'resendChallengeNotification', source: RESEND, variableValues: PENDING },
  ...MUTATION_NAMES.map((name) => ({
    name,
    source: mutationDocument(name),
    variableValues: { input: INPUTS[name] },
  })),
];

/** What a client is told when Twilio replies so. */
async function answerTo({ source, variableValues }: Write, reply: Reply) {
  const twilio = createTwilioClient(() => Promise.resolve(reply), ['twilio.example']);
  const contextValue = contextsOf(twilio, store)();
  return graphql({ schema, source, variableValues, contextValue });
}

const MARKER = 'TWILIO-TEXT';
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant(MARKER),
  fc.integer({ min: 60300, max: 60400 }),
  fc.constantFrom(60309, '60323', 20404, 20003, 1e300, -0, `NT${'a'.repeat(32)}`, '+275760-09-13T00:00:00Z'),
);
const members = [
  'sid',
  'ttl',
  'identity',
  'service_sid',
  'challenge_sid',
  'date_created',
  'priority',
  'code',
  'message',
];
const anyJson = fc
  .dictionary(fc.constantFrom(...members, 'detail', '__proto__'), anyValue)
  .map((it) => JSON.stringify(it));
const anyBody = fc.oneof(
  anyJson,
  anyJson.map((json) => json.slice(0, -2)),
  anyJson.map((json) => json.replace('{', `{"sid":"NT${'b'.repeat(32)}",`)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString()),
  fc.constant(null),
);
const anyAnswer = fc.record({
  kind: fc.constant('answer' as const),
  status: fc.oneof(fc.integer(), fc.constantFrom(200, 201, 204, 400, 401, 403, 404, 429, 500, 502, 503)),
  headers: fc.dictionary(
    fc.constantFrom('retry-after', 'twilio-request-id', 'x'),
    fc.oneof(fc.string({ unit: 'binary' }), fc.constant(MARKER), fc.array(fc.string())),
  ),
  body: anyBody,
});
const anyFault = fc.record({
  kind: fc.constant('fault' as const),
  stage: fc.constantFrom('queueFull' as const, 'notSent' as const, 'maybeSent' as const),
  cause: fc.string(),
});

const anyReply = fc.oneof({ weight: 9, arbitrary: anyAnswer }, anyFault);

it('any reply to any mutation is a declared member or UPSTREAM_MISCONFIGURED, and no error carries its text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...writes), anyReply, async (write, reply) => {
      const { data, errors } = await answerTo(write, reply);
      const result = data?.[write.name] as {
        __typename: string;
        requestId: string;
      } | null;
      if (result === null) {
        expect(errors).toHaveLength(1);
        expect(errors![0]!.originalError).toMatchObject({ code: 'UPSTREAM_MISCONFIGURED' });
      } else {
        expect(errors).toBeUndefined();
        if (result!.__typename.endsWith('Error')) expect(JSON.stringify(result)).not.toContain(MARKER);
      }
    }),
    { numRuns: 1_500 },
  );
});

it("any code of Twilio's catalogue, with any status, to any mutation is a declared member or UPSTREAM_MISCONFIGURED", async () => {
  const codes = [
    ...Array.from({ length: 110 }, (_, index) => 60290 + index),
    60535,
    60624,
    20001,
    20409,
    20423,
  ];
  for (const write of writes) {
    for (const code of codes) {
      for (const status of [400, 403, 404, 409, 429]) {
        const body = JSON.stringify({ code, message: MARKER, status });
        const { data, errors } = await answerTo(write, { kind: 'answer', status, headers: {}, body });
        expect(errors, `${write.name} ${code}`).toBeUndefined();
        expect((data![write.name] as { __typename: string }).__typename).toMatch(/Error$/);
      }
    }
  }
});
