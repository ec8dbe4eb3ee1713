import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import {
  ChallengeDocument,
  CreateChallengeDocument,
  createIntent,
  introspection,
  keys,
  ResendChallengeNotificationDocument,
} from 'verify-push-gateway/client';
import { fetchInTime } from '../sign-in-page/fetchInTime.js';
import { challengeToShow, hasEnded, onResend, say, showRead } from '../sign-in-page/page.js';
import { showResult } from '../sign-in-page/showResult.js';

const client = new Client({
  url: new URL('/graphql', location.href).href,
  preferGetMethod: false,
  fetch: fetchInTime,
  // Without the schema the cache drops what is selected on VerifyError.
  exchanges: [cacheExchange({ schema: introspection, keys }), fetchExchange],
  // If the gateway requires authentication, the bearer token goes into `fetchOptions` here.
});

let variables = challengeToShow;
let watched;

let isOver = false;

// Shows the challenge of any answer, and reads it every two seconds until it is answered.
function watch() {
  watched?.unsubscribe();
  watched = client.query(ChallengeDocument, variables).subscribe((read) => {
    showRead(read, start);
    isOver = hasEnded(read);
  });
}
const readAgain = () =>
  client.query(ChallengeDocument, variables, { requestPolicy: 'network-only' }).toPromise();
watch();
setInterval(() => isOver || readAgain(), 2_000);

// A lost click is repeated with its key, so it is at most one push.
const resending = createIntent();
onResend(async () => {
  const { data, error } = await resending.send(variables, (headers) =>
    client
      .mutation(ResendChallengeNotificationDocument, variables, { fetchOptions: { headers } })
      .toPromise(),
  );
  const result = data?.resendChallengeNotification;
  if (!result) throw error;
  showResult(result, start);
  // An answer without the challenge leaves the cache as it was.
  if (!result.challenge) readAgain();
});

// Another challenge is another push, so it has a key of its own.
const starting = createIntent();
async function start(like) {
  const { serviceSid, identity } = variables;
  const input = { serviceSid, identity, ...like };
  const { data, error } = await starting.send(input, (headers) =>
    client.mutation(CreateChallengeDocument, { input }, { fetchOptions: { headers } }).toPromise(),
  );
  const created = data?.createChallenge;
  if (!created) throw error;
  if (created.__typename !== 'Challenge') return say(created.message);
  variables = { serviceSid, identity, challengeSid: created.sid };
  watch();
}
