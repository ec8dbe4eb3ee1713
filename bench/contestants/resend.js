import { Pool } from 'undici';

/** The resend alone: the same union of results, one check of the input, one call to the stub. */
export const typeDefs = `
  interface VerifyError { code: String! message: String! nextAction: String! retryAfterSeconds: Int }
  type Notification { sid: ID! ttl: Int priority: String dateCreated: String expiresAt: String }
  type InvalidInputError implements VerifyError {
    code: String! message: String! nextAction: String! retryAfterSeconds: Int
  }
  type NotificationCapReachedError implements VerifyError {
    code: String! message: String! nextAction: String! retryAfterSeconds: Int
  }
  union ResendResult = Notification | InvalidInputError | NotificationCapReachedError
  type Query { ok: Boolean }
  type Mutation {
    resendChallengeNotification(serviceSid: ID!, identity: String!, challengeSid: ID!, ttl: Int): ResendResult
  }
`;

const connections = Number(process.env.UPSTREAM_CONNECTIONS ?? 64);
const upstream = new Pool(process.env.TWILIO_VERIFY_URL, { connections, pipelining: 1 });
const headers = {
  authorization: `Basic ${Buffer.from('AC:token').toString('base64')}`,
  'content-type': 'application/x-www-form-urlencoded',
};

const failure = (__typename, message, nextAction) => ({
  __typename,
  code: __typename,
  message,
  nextAction,
  retryAfterSeconds: null,
});

export async function resend({ serviceSid, identity, challengeSid, ttl }) {
  if (!/^YC[0-9a-f]{32}$/.test(challengeSid)) {
    return failure('InvalidInputError', 'challengeSid is not valid.', 'FIX_INPUT');
  }
  if (ttl > 3_600) return failure('InvalidInputError', 'ttl is not valid.', 'FIX_INPUT');
  const answer = await upstream.request({
    method: 'POST',
    path: `/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${challengeSid}/Notifications`,
    headers,
    body: `Ttl=${ttl}`,
  });
  const json = await answer.body.json();
  if (answer.statusCode !== 201) {
    return failure('NotificationCapReachedError', json.message, 'CREATE_CHALLENGE');
  }
  const createdAt = Date.parse(json.date_created);
  return {
    __typename: 'Notification',
    sid: json.sid,
    ttl: json.ttl,
    priority: json.priority,
    dateCreated: json.date_created,
    expiresAt: new Date(createdAt + json.ttl * 1000).toISOString(),
  };
}

export const resolvers = {
  Mutation: { resendChallengeNotification: (_, args) => resend(args) },
};
