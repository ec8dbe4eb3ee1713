import type { CreateChallengeMutation, ResendChallengeNotificationMutation } from '../client/index.ts';
import { matchResult } from '../client/matchResult.ts';

/** What the page says of a click, and what it offers next. */
export interface Told {
  readonly text: string;
  /** The member of the union, or the code of an error. */
  readonly outcome?: string;
  /** Nothing may be sent for so long. */
  readonly waitSeconds?: number | null;
  readonly offersRestart?: boolean;
}

export type ResendResult = NonNullable<ResendChallengeNotificationMutation['resendChallengeNotification']>;
export type CreateResult = NonNullable<CreateChallengeMutation['createChallenge']>;

/** The push may be on its way: a person who looks first does not get two. */
const LOOK_FIRST_SECONDS = 30;

const tell = ({ message }: { readonly message: string }): Told => ({ text: message });
const wait = ({
  message,
  retryAfterSeconds,
}: {
  message: string;
  retryAfterSeconds: number | null;
}): Told => ({
  text: message,
  waitSeconds: retryAfterSeconds,
});
const startAgain = ({ message }: { readonly message: string }): Told => ({
  text: message,
  offersRestart: true,
});
const lookFirst = ({ message }: { readonly message: string }): Told => ({
  text: message,
  waitSeconds: LOOK_FIRST_SECONDS,
});

export function resendText(result: ResendResult): Told {
  const told: Told = matchResult(result, {
    Notification: () => ({ text: 'We sent it again. Look at your phone.' }),
    InvalidInputError: tell,
    ChallengeNotFoundError: startAgain,
    ChallengeExpiredError: startAgain,
    ChallengeAlreadyRespondedError: startAgain,
    NotificationCapReachedError: startAgain,
    PushDisabledError: startAgain,
    FactorNotVerifiedError: startAgain,
    ResendCooldownError: wait,
    RateLimitedError: wait,
    ResendOutcomeUnknownError: lookFirst,
    UpstreamUnavailableError: wait,
    UpstreamRejectedError: tell,
    default: wait,
  });
  return { ...told, outcome: result.__typename };
}

export function createText(result: Exclude<CreateResult, { readonly __typename: 'Challenge' }>): Told {
  const { message, retryAfterSeconds, __typename } = result;
  return { text: message, waitSeconds: retryAfterSeconds, outcome: __typename };
}
