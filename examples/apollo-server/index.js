// Apollo Server with this schema: no second process, and no HTTP between them.
//   node examples/apollo-server/index.js
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createSchema, createTwilio, onePushRule } from 'verify-push-gateway';

// Your own authentication goes here. It maps a request to the identity in Twilio Verify.
const SESSIONS = new Map([['demo', 'sandbox-user']]);
const identityOf = (request) => SESSIONS.get(request.headers.authorization?.replace(/^Bearer /, ''));

// One per process. Without TWILIO_* variables it starts the sandbox.
const twilio = await createTwilio(process.env);

const schema = createSchema({
  twilio,
  caller: ({ identity }) => (identity ? { identity, scopes: ['verify:read', 'verify:resend'] } : null),
  idempotencyKey: ({ idempotencyKey }) => idempotencyKey,
});

const server = new ApolloServer({
  schema,
  // One push per operation. Stack traces would reveal paths of this server.
  validationRules: [onePushRule],
  includeStacktraceInErrorResponses: false,
  plugins: [{ serverWillStart: async () => ({ serverWillStop: twilio.close }) }],
});
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.env.PORT ?? 4100) },
  context: async ({ req }) => ({
    identity: identityOf(req),
    idempotencyKey: req.headers['idempotency-key'],
  }),
});
console.log(`Apollo Server: ${url}

Try: curl -s ${url} -H 'content-type: application/json' -H 'authorization: Bearer demo' -d '{"query":"{ challenge(serviceSid: \\"VA00000000000000000000000000000000\\", identity: \\"sandbox-user\\", sid: \\"YC00000000000000000000000000000001\\") { status resend { allowed } } }"}'`);
