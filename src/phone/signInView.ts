import { isOver } from './challenge.ts';
import type { ShownChallenge } from './challenge.ts';
import { byId, element, setBlocked, setText } from './element.ts';
import type { Told } from './resultText.ts';
import { waitingText } from './waitingText.ts';
import type { Link } from './watchChallenge.ts';

/** Everything that the sign-in shows. */
export interface SignInState {
  readonly phase: 'idle' | 'asked';
  readonly isSending: boolean;
  /** The number that the person compares with the phone. */
  readonly number?: string | undefined;
  readonly challenge?: ShownChallenge | undefined;
  /** The last click, and what came of it. */
  readonly told?: Told | undefined;
  /** Set when the challenge cannot be watched. */
  readonly refusal?: string | undefined;
  readonly link: Link;
  /** Milliseconds since 1970; no push before then. */
  readonly blockedUntil: number;
  /** The second tap of a double tap must not hit what the answer to the first has put under the finger. */
  readonly settlesAt: number;
}

const LINKS: Record<Link, string> = {
  connecting: 'Connecting …',
  live: 'Live',
  lost: 'Connection lost. Trying again; this may be out of date.',
  ended: '',
};

const start = byId<HTMLButtonElement>('start');
const resend = byId<HTMLButtonElement>('resend');
const restart = byId<HTMLButtonElement>('restart');

/** Shows a state; safe to call at any time. */
export function showSignIn(state: SignInState): void {
  const { phase, challenge, told, number, link } = state;
  const isEnded = challenge !== undefined && isOver(challenge);
  const focused = document.activeElement;

  byId('signin').dataset['state'] = stateName(state, isEnded);
  setText(byId('signin-title'), titleOf(state, isEnded));
  setText(byId('question'), questionOf(state, isEnded));
  byId('match').hidden = phase === 'idle' || isEnded || number === undefined;
  setText(byId('number'), number ?? '');
  setText(byId('status'), statusOf(state));
  showTold(told);
  const isWatched = phase === 'asked' && link !== 'ended';
  byId('link').hidden = !isWatched;
  byId('link').dataset['link'] = link;
  setText(byId('link'), isWatched ? LINKS[link] : '');

  start.hidden = phase !== 'idle';
  setBlocked(start, isBusy(state));
  setBlocked(restart, isBusy(state));
  restart.hidden = phase === 'idle' || !offersRestart(state, isEnded);
  setText(restart, challenge?.approved ? 'Sign in again' : 'Start again');
  showResend(state, isEnded);
  byId('options').hidden = resend.hidden;
  keepFocus(focused);
}

const isBusy = ({ isSending, settlesAt }: SignInState): boolean => isSending || Date.now() < settlesAt;

const IDLE = 'A push asks the phone on this page. Both must show the same number.';

function stateName({ phase, challenge }: SignInState, isEnded: boolean): string {
  if (phase === 'idle') return 'idle';
  if (challenge?.approved) return 'approved';
  return isEnded ? 'ended' : 'waiting';
}

function titleOf({ phase, challenge }: SignInState, isEnded: boolean): string {
  if (phase === 'idle') return 'Sign in';
  if (challenge?.approved) return 'Welcome';
  return isEnded ? 'Not signed in' : 'Check your phone';
}

function questionOf({ phase, challenge }: SignInState, isEnded: boolean): string {
  if (phase === 'idle') return IDLE;
  return isEnded ? '' : (challenge?.details?.message ?? '');
}

function statusOf({ phase, isSending, challenge, refusal }: SignInState): string {
  if (phase === 'idle') return isSending ? 'Asking your phone …' : '';
  if (refusal !== undefined) return refusal;
  if (challenge) return waitingText(challenge);
  return isSending ? 'Sending …' : 'Looking for this sign-in …';
}

function showTold(told: Told | undefined): void {
  const box = byId('told');
  const key = told ? `${told.outcome} ${told.text}` : '';
  if (box.dataset['key'] === key) return;
  box.dataset['key'] = key;
  box.dataset['kind'] = told?.outcome ?? '';
  const outcome = told?.outcome === undefined ? [] : [element('code', { textContent: told.outcome })];
  box.replaceChildren(...(told ? [element('span', { textContent: told.text }), ...outcome] : []));
}

/** A person may start again when nothing more comes of this sign-in. */
const offersRestart = ({ challenge, told, refusal }: SignInState, isEnded: boolean): boolean =>
  isEnded ||
  refusal !== undefined ||
  told?.offersRestart === true ||
  challenge?.resend.blockedBy === 'NOTIFICATION_CAP_REACHED';

function showResend(state: SignInState, isEnded: boolean): void {
  const { phase, challenge, isSending, refusal } = state;
  const isSpent = challenge !== undefined && !mayComeBack(challenge);
  resend.hidden = phase === 'idle' || isEnded || isSpent || refusal !== undefined || !challenge;
  const secondsLeft = resendSeconds(state);
  setBlocked(resend, isBusy(state) || secondsLeft > 0);
  setText(resend, isSending ? 'Sending …' : labelOf(secondsLeft));
  const left = challenge?.resend.notificationsRemaining;
  setText(byId('left'), resend.hidden || left == null ? '' : leftText(left));
}

const leftText = (left: number): string =>
  left === 1 ? 'It can be sent again once.' : `It can be sent again ${left} times.`;

const labelOf = (secondsLeft: number): string =>
  secondsLeft > 0 ? `Send it again in ${secondsLeft} s` : 'Send it again';

/** Waiting helps, or none is needed. */
const mayComeBack = ({ resend: { allowed, availableAt } }: ShownChallenge): boolean =>
  allowed || availableAt !== null;

/** The seconds until a resend is allowed: as the gateway says, and as the last answer asked. */
function resendSeconds({ challenge, blockedUntil }: SignInState): number {
  const { allowed, availableAt } = challenge?.resend ?? { allowed: true, availableAt: null };
  const at = allowed || availableAt === null ? 0 : Date.parse(availableAt);
  return Math.max(0, Math.ceil((Math.max(at, blockedUntil) - Date.now()) / 1000));
}

/** A button that goes away hands its focus to the one that takes its place. */
function keepFocus(focused: Element | null): void {
  if (!(focused instanceof HTMLButtonElement) || !focused.hidden) return;
  if (![start, resend, restart].includes(focused)) return;
  const next = [resend, restart, start].find((button) => !button.hidden);
  (next ?? byId('signin-title')).focus();
}
