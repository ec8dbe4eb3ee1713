import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readWebhookEvent } from '../../src/live/webhookEvent.ts';

const CHALLENGE_SID = `YC${'a'.repeat(32)}`;
const OWNER = { service_sid: 'VA1', entity_identity: 'someone' };
const EVENT = { uuid: 'u', type: 'challenge.denied', ...OWNER };

const form = (members: Record<string, string>) =>
  readWebhookEvent('form', Buffer.from(String(new URLSearchParams(members))));
const json = (members: unknown) => readWebhookEvent('json', Buffer.from(JSON.stringify(members)));

it.each([
  ['challenge_sid', { challenge_sid: CHALLENGE_SID }],
  ['ChallengeSid', { ChallengeSid: CHALLENGE_SID }],
  ['sid', { sid: CHALLENGE_SID }],
  ['any other name', { something: 'x', 'challenge.id': CHALLENGE_SID }],
])("an event's challenge is found under %s", (_, members) => {
  const expected = { uuid: 'u', type: 'challenge.denied', serviceSid: 'VA1', identity: 'someone' };
  expect(form({ ...EVENT, ...members })).toEqual({ ...expected, challengeSid: CHALLENGE_SID });
  expect(json({ ...EVENT, ...members })).toEqual({ ...expected, challengeSid: CHALLENGE_SID });
});

it("an event's challenge is found in an inner object, and outer members count before inner ones", () => {
  const challenge = { sid: CHALLENGE_SID, type: 'push', identity: 'inner', uuid: 'inner' };
  expect(json({ ...EVENT, challenge })).toMatchObject({
    uuid: 'u',
    type: 'challenge.denied',
    identity: 'someone',
    challengeSid: CHALLENGE_SID,
  });
});

it('an event without a challenge, or with a wrong one, has none', () => {
  for (const more of [{}, { challenge_sid: 'YC1' }, { challenge_sid: `YF${'a'.repeat(32)}` }]) {
    expect(form({ ...EVENT, ...more }).challengeSid).toBeUndefined();
  }
});

it('anything is read without an error', () => {
  const NOTHING = { uuid: undefined, type: undefined, serviceSid: undefined };
  expect(readWebhookEvent('json', Buffer.from('['.repeat(60_000)))).toMatchObject(NOTHING);
  const deep = `{"a":`.repeat(10_000) + '{}' + '}'.repeat(10_000);
  expect(readWebhookEvent('json', Buffer.from(deep))).toMatchObject(NOTHING);
  expect(json({ uuid: 1, type: null, service_sid: ['VA1'], __proto__: { sid: 3 } })).toMatchObject(NOTHING);
  fc.assert(fc.property(fc.json(), (text) => void readWebhookEvent('json', Buffer.from(text))));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readWebhookEvent('form', Buffer.from(bytes))));
});
