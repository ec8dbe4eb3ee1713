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
import { challengeToShow, onResend, say, showRead } from '../sign-in-page/page.js';
import { showResult } from '../sign-in-page/showResult.js';

const client = new ApolloClient({
  // Where people sign in to the gateway, their bearer token goes into `headers` here.
  link: new HttpLink({ uri: '/graphql', fetch: fetchInTime }),
  // Without possibleTypes the cache drops what is selected on VerifyError.
  cache: new InMemoryCache({ possibleTypes, typePolicies }),
});

let variables = challengeToShow;

// Asks every two seconds whether it was answered, and shows at once what any other answer tells of it.
const challenge = client.watchQuery({ query: ChallengeDocument, variables, pollInterval: 2_000 });
challenge.subscribe((read) => showRead(read, start));

// A click that got lost is made again under its key, so that it is one push at most.
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
  await challenge.setVariables(variables);
}
