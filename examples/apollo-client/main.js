import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import {
  ChallengeDocument,
  CreateChallengeDocument,
  createIntent,
  possibleTypes,
  typePolicies,
  ResendChallengeNotificationDocument,
} from 'verify-push-gateway/client';
import { fetchInTime } from '../sign-in-page/fetchInTime.js';
import { challengeToShow, hasEnded, onResend, say, showRead } from '../sign-in-page/page.js';
import { showResult } from '../sign-in-page/showResult.js';

const client = new ApolloClient({
  // If the gateway requires authentication, the bearer token goes into `headers` here.
  link: new HttpLink({ uri: '/graphql', fetch: fetchInTime }),
  // Without possibleTypes the cache drops what is selected on VerifyError.
  cache: new InMemoryCache({ possibleTypes, typePolicies }),
});

let variables = challengeToShow;

const POLL_MS = 2_000;

// Reads the challenge every two seconds until it is answered, and shows at once the challenge of any other answer.
const challenge = client.watchQuery({ query: ChallengeDocument, variables, pollInterval: POLL_MS });
challenge.subscribe((read) => {
  showRead(read, start);
  if (hasEnded(read)) challenge.stopPolling();
});

// A lost click is repeated with its key, so it is at most one push.
const resending = createIntent();
onResend(async () => {
  const { data } = await resending.send(variables, (headers) =>
    client.mutate({ mutation: ResendChallengeNotificationDocument, variables, context: { headers } }),
  );
  const result = data.resendChallengeNotification;
  showResult(result, start);
  // An answer without the challenge leaves the cache as it was.
  if (!result.challenge) challenge.refetch().catch(() => {});
});

// Another challenge is another push, so it has a key of its own.
const starting = createIntent();
async function start(like) {
  const { serviceSid, identity } = variables;
  const input = { serviceSid, identity, ...like };
  const { data } = await starting.send(input, (headers) =>
    client.mutate({ mutation: CreateChallengeDocument, variables: { input }, context: { headers } }),
  );
  const created = data.createChallenge;
  if (created.__typename !== 'Challenge') return say(created.message);
  variables = { serviceSid, identity, challengeSid: created.sid };
  challenge.startPolling(POLL_MS);
  await challenge.setVariables(variables);
}
