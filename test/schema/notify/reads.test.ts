import { expect, it } from 'vitest';
import {
  BINDING_QUERY,
  BINDING_SID,
  bindingJson,
  BINDINGS_QUERY,
  listAnswer,
  NOTIFY_INPUTS,
  problem,
  SERVICE,
  SERVICE_SID,
  startNotify,
} from '../../helpers/notify.ts';
import { httpAnswer } from '../../helpers/upstream.ts';

const ONE = [BINDING_QUERY(), NOTIFY_INPUTS.deleteNotifyBinding] as const;
const MANY = [BINDINGS_QUERY(), { serviceSid: SERVICE_SID }] as const;

it.each([
  ['404 with 20404', problem(404, 20404)],
  ['404 of a proxy', httpAnswer(404, '<html>')],
])('a read finds nothing when Twilio answers %s', async (_, answer) => {
  const { graphql, requests } = await startNotify(answer);
  expect(await graphql(...ONE)).toEqual({ data: { notifyBinding: null } });
  expect(await graphql(...MANY)).toEqual({
    data: {
      notifyBindings: {
        edges: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      },
    },
  });
  expect(requests).toHaveLength(2);
});

const SOON = { 'retry-after': '7' };
const unavailable = { code: 'UPSTREAM_UNAVAILABLE' };
const misconfigured = { code: 'UPSTREAM_MISCONFIGURED' };

const FAILURES = [
  { twilio: '500', answer: problem(500, 20500, SOON), extensions: { ...unavailable, retryAfterSeconds: 7 } },
  { twilio: '503', answer: problem(503, 20503, SOON), extensions: { ...unavailable, retryAfterSeconds: 7 } },
  {
    twilio: '429',
    answer: problem(429, 20429, SOON),
    extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 7 },
  },
  { twilio: '400', answer: problem(400, 20001), extensions: { code: 'UPSTREAM_REJECTED' } },
  { twilio: '401', answer: problem(401, 20003), extensions: misconfigured },
  { twilio: '403 with 20403', answer: problem(403, 20403), extensions: misconfigured },
  { twilio: 'a body that is not JSON', answer: httpAnswer(200, '<html>'), extensions: unavailable },
  { twilio: 'JSON without a resource', answer: httpAnswer(200, '{"meta":{}}'), extensions: unavailable },
  { twilio: 'an object for a list', answer: httpAnswer(200, '{"bindings":{}}'), extensions: unavailable },
];

for (const { twilio, answer, extensions } of FAILURES) {
  it(`a read is a top-level ${extensions.code} when Twilio answers ${twilio}`, async () => {
    const { graphql, requests } = await startNotify(answer);
    for (const [query, variables] of [ONE, MANY]) {
      const { data, errors } = await graphql(query, variables);
      const [field] = Object.keys(data!);
      expect(data).toEqual({ [field!]: null });
      expect(errors).toMatchObject([{ path: [field], extensions }]);
    }
    expect(requests).toHaveLength(2);
  });
}

it('a read that failed is repeated once', async () => {
  const answers = [problem(500, 20500), httpAnswer(200, JSON.stringify(bindingJson()))];
  const { graphql, requests } = await startNotify((socket) => void socket.write(answers.shift()!));
  expect(await graphql(...ONE)).toEqual({ data: { notifyBinding: { sid: BINDING_SID } } });
  expect(requests).toHaveLength(2);
});

it('a list of bindings leaves out what is not a binding', async () => {
  const { graphql } = await startNotify(listAnswer([null, {}, 'text', bindingJson(), { sid: 7 }]));
  const { data, errors } = await graphql(...MANY);
  expect(errors).toBeUndefined();
  expect(data!['notifyBindings'].edges).toMatchObject([{ node: { sid: BINDING_SID } }]);
});

it('an empty page of bindings has a cursor when Twilio has another page', async () => {
  const next = `https://notify.twilio.com${SERVICE}/Bindings?PageToken=PA`;
  const { graphql, requests } = await startNotify(listAnswer([], next));
  const { data } = await graphql(...MANY);
  expect(data!['notifyBindings']).toMatchObject({
    edges: [],
    pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
  });
  expect(requests).toHaveLength(5);
});
