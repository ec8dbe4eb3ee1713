import { createIntent } from '../client/createIntent.ts';
import { SANDBOX_IDENTITY, SANDBOX_SERVICE_SID, VERIFIED_FACTOR_SID } from '../sandbox/seed.ts';
import { isOver } from './challenge.ts';
import type { ShownChallenge } from './challenge.ts';
import { byId, isBlocked } from './element.ts';
import { sendOperation } from './graphqlClient.ts';
import type { GraphQLAnswer } from './graphqlClient.ts';
import type { History } from './history.ts';
import { CREATE_CHALLENGE, RESEND } from './operations.ts';
import { createText, resendText } from './resultText.ts';
import type { CreateResult, ResendResult, Told } from './resultText.ts';
import { showSignIn } from './signInView.ts';
import type { SignInState } from './signInView.ts';
import { watchChallenge } from './watchChallenge.ts';

const OWNER = { serviceSid: SANDBOX_SERVICE_SID, identity: SANDBOX_IDENTITY };
const IDLE: SignInState = { phase: 'idle', isSending: false, link: 'ended', blockedUntil: 0, settlesAt: 0 };
const TICK_MS = 250;
const SETTLE_MS = 500;

/** A sign-in as a front end builds it, on the public API alone. */
export function startSignIn(history: History) {
  const createOnce = createIntent({ field: 'createChallenge' });
  const resendOnce = createIntent();
  let state = IDLE;
  let challengeSid = '';
  let stopWatching = () => {};
  /** An answer to an earlier attempt is not shown over a later one. */
  let attempt = 0;
  let input = newInput();

  function show(change: Partial<SignInState>): void {
    state = { ...state, ...change };
    showSignIn(state);
  }

  function settle(change: Partial<SignInState>): void {
    show({ isSending: false, settlesAt: Date.now() + SETTLE_MS, ...change });
  }

  async function create(): Promise<void> {
    const current = (attempt += 1);
    show({ isSending: true, told: undefined });
    const variables = { input };
    const answer = await createOnce
      .send(variables, (headers) => sendOperation(history, CREATE_CHALLENGE, variables, headers))
      .catch(() => undefined);
    if (current !== attempt) return;
    const result = answer?.data?.['createChallenge'] as CreateResult | null | undefined;
    if (result?.__typename !== 'Challenge') {
      return settle({ told: result ? createText(result) : failureText(answer) });
    }
    const challenge = result as unknown as ShownChallenge;
    const number = input.details.fields[0]!.value;
    input = newInput();
    watch(challenge.sid);
    settle({ phase: 'asked', number, challenge });
  }

  async function resend(): Promise<void> {
    show({ isSending: true, told: undefined });
    const current = (attempt += 1);
    const variables = { ...OWNER, challengeSid, ttl: Number(byId<HTMLSelectElement>('ttl').value) };
    const answer = await resendOnce
      .send(variables, (headers) => sendOperation(history, RESEND, variables, headers))
      .catch(() => undefined);
    if (current !== attempt) return;
    const result = answer?.data?.['resendChallengeNotification'] as ResendResult | null | undefined;
    const told: Told = result ? resendText(result) : failureText(answer);
    const challenge = result && 'challenge' in result ? (result.challenge as ShownChallenge | null) : null;
    const blockedUntil = told.waitSeconds ? Date.now() + told.waitSeconds * 1000 : 0;
    settle({ told, blockedUntil, ...(challenge && !isEnded() && { challenge }) });
  }

  /** An answer that arrives late must not bring a challenge back that the stream has seen end. */
  const isEnded = () => state.challenge !== undefined && isOver(state.challenge);

  /** The text about an earlier tap is out of date once the challenge is over. */
  function learn(challenge: ShownChallenge): void {
    const hasEnded = state.challenge !== undefined && !isEnded() && isOver(challenge);
    show({ challenge, ...(hasEnded && { told: undefined }) });
  }

  function watch(sid: string): void {
    stopWatching();
    challengeSid = sid;
    stopWatching = watchChallenge(
      history,
      { ...OWNER, challengeSid },
      {
        onChallenge: learn,
        onRefusal: (refusal) => show({ refusal }),
        onLink: (link) => show({ link }),
      },
    );
  }

  /** Shows another challenge, and sends its push again. */
  function tryChallenge(sid: string): void {
    if (sid === challengeSid && (state.isSending || Date.now() < state.settlesAt)) return;
    state = { ...IDLE, phase: 'asked' };
    watch(sid);
    void resend();
  }

  function restart(): void {
    stopWatching();
    challengeSid = '';
    state = IDLE;
    void create();
  }

  const onTap = (id: string, act: () => void) => {
    const button = byId<HTMLButtonElement>(id);
    button.addEventListener('click', () => {
      if (!isBlocked(button)) act();
    });
  };
  onTap('start', () => void create());
  onTap('resend', () => void resend());
  onTap('restart', restart);
  setInterval(() => showSignIn(state), TICK_MS);
  show({});
  return { tryChallenge };
}

/** The number is part of the variables, so one click keeps its Idempotency-Key until it is answered. */
const newInput = () => ({
  ...OWNER,
  factorSid: VERIFIED_FACTOR_SID,
  details: {
    message: 'Sign in to Example Bank?',
    fields: [
      { label: 'Number', value: String(10 + (crypto.getRandomValues(new Uint32Array(1))[0]! % 90)) },
      { label: 'Place', value: 'This browser' },
    ],
  },
});

function failureText(answer: GraphQLAnswer | undefined): Told {
  const [error] = answer?.errors ?? [];
  if (!error) return { text: 'We cannot reach the gateway. Try again: what was sent is not sent twice.' };
  const { code } = error.extensions ?? {};
  return { text: error.message, ...(code !== undefined && { outcome: code }) };
}
