import { matchResult } from 'verify-push-gateway/client';
import { countDown, offerRestart, say } from './page.js';

/** Shows what became of a click on "I didn't get it". `start` takes what asks for another challenge like this. */
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
    // The cache has the answer that came along, and the page shows it.
    ChallengeAlreadyRespondedError: () => {},
    NotificationCapReachedError: startAgain,
    PushDisabledError: tell,
    FactorNotVerifiedError: tell,
    ResendCooldownError: wait,
    RateLimitedError: wait,
    // The push may be on its way: a person who looks first does not get two.
    ResendOutcomeUnknownError: ({ message }) => wait({ message, retryAfterSeconds: 30 }),
    UpstreamUnavailableError: wait,
    UpstreamRejectedError: tell,
    // Whatever is added later says what helps in the fields that all errors have.
    default: wait,
  });
}
