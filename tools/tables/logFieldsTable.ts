import { code, markdownTable } from './markdownTable.ts';

/** What each field of the log means. The names come from src/observability/logFields.ts. */
const MEANINGS: readonly (readonly [fields: readonly string[], meaning: string])[] = [
  [['mutation', 'field'], 'the root field that was called'],
  [['outcome', 'code'], 'how it ended: the name of the object or of the error'],
  [
    ['shared'],
    'set when another request’s send gave the answer: `replay` by `Idempotency-Key`, `join` at the same time',
  ],
  [
    ['identity', 'caller'],
    'hashes: the identity it was about, and the person who called when it was another one',
  ],
  [['apiKey'], 'the name of the API key that called'],
  [['reason'], 'why a credential was refused'],
  [['scope', 'path'], 'the scope that a denied caller lacked, and the place in the answer'],
  [
    ['serviceSid', 'factorSid', 'challengeSid', 'notificationSid', 'sid'],
    'the objects of Twilio it was about',
  ],
  [['httpRequestId'], 'the `x-request-id` of the request, on every line of one request'],
  [['twilioRequestId'], 'Twilio’s own id of its answer, to quote to Twilio support'],
  [['durationMs'], 'milliseconds it took'],
  [
    ['twilio'],
    '`status`, `code` and `moreInfo` (the page about the code) of Twilio’s answer, or the `fault` without one; ' +
      '`message` in place of `moreInfo` where the code does not explain it: the plain words of Twilio’s text',
  ],
  [
    ['event', 'product', 'breaker', 'state', 'signal', 'url', 'variables'],
    'what happened to the gateway itself, such as `push_fatigue`',
  ],
  [['endpoint'], 'the call to Twilio that its API key may not make'],
  [
    ['policy', 'count'],
    'the eviction policy of Redis; how many writes Redis missed, or how many requests one line stands for',
  ],
  [['err'], 'a bug: name, code, plain words of the message, stack frames, causes'],
];

/** @throws Error when a field has no meaning here, or a meaning has no field. */
export function logFieldsTable(fields: readonly string[]): string {
  const explained = MEANINGS.flatMap(([names]) => names);
  const differences = [
    ...fields.filter((name) => !explained.includes(name)),
    ...explained.filter((name) => !fields.includes(name)),
  ];
  if (differences.length > 0) {
    throw new Error(`tools/tables/logFieldsTable.ts and the log differ: ${differences.join(', ')}`);
  }
  return markdownTable(
    ['field', 'meaning'],
    MEANINGS.map(([names, meaning]) => [names.map(code).join(', '), meaning]),
  );
}
