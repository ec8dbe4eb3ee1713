import { element, isBlocked, setText } from './element.ts';
import type { PhoneChallenge, PhonePush } from './screen.ts';
import { minutesAndSeconds, timeOfDay } from './timeText.ts';

export interface CardOptions {
  /** A push that has not reached the phone. */
  readonly isWaiting: boolean;
  /** Whether the card has the buttons of its challenge. */
  readonly canAnswer: boolean;
  readonly answer: (challengeSid: string, verb: 'approve' | 'deny') => void;
}

const STATUS: Record<PhoneChallenge['status'], string> = {
  pending: 'Waiting for your answer',
  approved: 'Approved',
  denied: 'Denied',
  expired: 'Expired',
};

/** A push, as a notification on the phone. */
export function pushCard(push: PhonePush, options: CardOptions): HTMLElement {
  const { challenge, notificationSid, sentAt, ttl } = push;
  const kind = notificationSid === null ? 'Push' : challenge ? 'Sent again' : 'Notify';
  const ttlText = element('span', { className: 'ttl-text' });
  const bar = element('span', { className: 'ttl-left' });
  const sentAtMs = Date.parse(sentAt);
  ttlText.dataset['until'] = String(sentAtMs + ttl * 1000);
  ttlText.dataset['ttl'] = String(ttl);
  return card(
    { className: options.isWaiting ? 'push is-waiting' : 'push', status: challenge?.status },
    element(
      'p',
      { className: 'push-head' },
      element('strong', { textContent: options.isWaiting ? `${kind}, not delivered` : kind }),
      element('time', { dateTime: sentAt, textContent: timeOfDay(new Date(sentAtMs)) }),
    ),
    ...(challenge
      ? bodyOf(challenge, options)
      : [element('p', { textContent: push.body ?? push.title ?? '' })]),
    element(
      'p',
      { className: 'ttl' },
      ttlText,
      element('span', { className: 'ttl-bar', ariaHidden: 'true' }, bar),
    ),
  );
}

/** A pending challenge that the app shows without a push. */
export function appCard(challenge: PhoneChallenge, options: CardOptions): HTMLElement {
  return card(
    { className: 'push', status: challenge.status },
    element(
      'p',
      { className: 'push-head' },
      element('strong', { textContent: 'In the app, without a push' }),
    ),
    ...bodyOf(challenge, options),
  );
}

function card(
  { className, status }: { readonly className: string; readonly status: string | undefined },
  ...children: HTMLElement[]
): HTMLElement {
  const made = element('li', { className, tabIndex: -1 }, ...children);
  if (status) made.dataset['status'] = status;
  return made;
}

function bodyOf(challenge: PhoneChallenge, { canAnswer, isWaiting, answer }: CardOptions): HTMLElement[] {
  const details = challenge.fields.flatMap(({ label, value }) => [
    element('dt', { textContent: label }),
    element('dd', { textContent: value }),
  ]);
  const button = (verb: 'approve' | 'deny', text: string) => {
    const made = element('button', { type: 'button', className: verb, textContent: text });
    made.addEventListener('click', () => isBlocked(made) || answer(challenge.sid, verb));
    return made;
  };
  const answers = element(
    'p',
    { className: 'answers' },
    button('deny', 'Deny'),
    button('approve', 'Approve'),
  );
  const status = element('p', { className: 'push-status', textContent: STATUS[challenge.status] });
  return [
    element('p', { className: 'push-message', textContent: challenge.message }),
    element('dl', {}, ...details),
    ...(isWaiting ? [] : [canAnswer && challenge.status === 'pending' ? answers : status]),
  ];
}

/** Runs the ttl of a card down to a moment of the sandbox's time. */
export function showTtl(made: HTMLElement, now: number): void {
  const text = made.querySelector<HTMLElement>('.ttl-text');
  if (!text) return;
  const leftMs = Number(text.dataset['until']) - now;
  const ttl = Number(text.dataset['ttl']);
  const isOver = leftMs <= 0;
  const isWaiting = made.classList.contains('is-waiting');
  const over = isWaiting ? 'over: this push is lost' : 'over';
  setText(text, `ttl ${ttl} s, ${isOver ? over : `${minutesAndSeconds(leftMs)} left`}`);
  made.classList.toggle('is-over', isOver);
  const share = ttl === 0 ? 0 : Math.min(1, Math.max(0, leftMs / (ttl * 1000)));
  made.querySelector<HTMLElement>('.ttl-left')!.style.transform = `scaleX(${share})`;
}
