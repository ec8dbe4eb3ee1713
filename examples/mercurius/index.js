// Fastify and Mercurius with this schema: no second process, and no HTTP between them.
//   node examples/mercurius/index.js
import Fastify from 'fastify';
import mercurius from 'mercurius';
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

const app = Fastify();
app.register(mercurius, {
  schema,
  path: '/graphql',
  validationRules: [onePushRule],
  context: (request) => ({
    identity: identityOf(request),
    idempotencyKey: request.headers['idempotency-key'],
  }),
});
// Answers a running push before the process ends.
app.addHook('onClose', twilio.close);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close());
const address = await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4100) });
console.log(`Mercurius: ${address}/graphql

Try: curl -s ${address}/graphql -H 'content-type: application/json' -H 'authorization: Bearer demo' -d '{"query":"{ challenge(serviceSid: \\"VA00000000000000000000000000000000\\", identity: \\"sandbox-user\\", sid: \\"YC00000000000000000000000000000001\\") { status resend { allowed } } }"}'`);
