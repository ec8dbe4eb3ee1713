import { matchResult } from 'verify-push-gateway/client';
import { countDown, offerRestart, say } from './page.js';

/** Shows the result of a click on "I didn't get it". `start` starts another challenge like this one. */
export function showResult(result, start) {
  const tell = ({ message }) => say(message);
  const wait = ({ message, retryAfterSeconds }) => {
    say(message);
    countDown(retryAfterSeconds ?? 0);
  };
  const startAgain = ({ message }) => {
    say(message);
    offerRestart(start);
  };
  matchResult(result, {
    Notification: () => say('We sent it again. Look at your phone.'),
    InvalidInputError: tell,
    ChallengeNotFoundError: startAgain,
    ChallengeExpiredError: startAgain,
    // The answer brings the challenge, which the cache stores and the page shows.
    ChallengeAlreadyRespondedError: () => {},
    NotificationCapReachedError: startAgain,
    PushDisabledError: tell,
    FactorNotVerifiedError: tell,
    ResendCooldownError: wait,
    RateLimitedError: wait,
    // The push may be on its way. A person who looks first does not get a second one.
    ResendOutcomeUnknownError: ({ message }) => wait({ message, retryAfterSeconds: 30 }),
    UpstreamUnavailableError: wait,
    UpstreamRejectedError: tell,
    // Errors that are added later have the same fields.
    default: wait,
  });
}
