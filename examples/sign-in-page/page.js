const [question, details, status, resend, restart] = [
  'question',
  'details',
  'status',
  'resend',
  'restart',
].map((id) => document.getElementById(id));

/** Your back end starts the challenge and hands it to the page; without one it is the sandbox's first. */
const asked = new URLSearchParams(location.search);
export const challengeToShow = {
  serviceSid: asked.get('serviceSid') ?? `VA${'0'.repeat(32)}`,
  identity: asked.get('identity') ?? 'sandbox-user',
  challengeSid: asked.get('challengeSid') ?? `YC${'0'.repeat(31)}1`,
};

const ENDED = {
  APPROVED: 'You are signed in.',
  DENIED: 'The sign-in was denied on your phone.',
  EXPIRED: 'This sign-in has expired.',
};

export const say = (text) => {
  if (status.textContent !== text) status.textContent = text;
};

/** Calls `click` for each click on "I didn't get it"; a button that counts down keeps the focus and does nothing. */
export function onResend(click) {
  resend.addEventListener('click', () => {
    if (resend.ariaDisabled === 'true') return;
    say('Sending it again …');
    click().catch(() => say('That did not work. Please try again.'));
  });
}

let shown;

/** Shows the challenge each time it has changed, or another one. `start` takes what asks for one like it. */
export function showChallenge(challenge, start) {
  if (!challenge) return say('There is no such sign-in. Please start again.');
  question.textContent = challenge.details?.message ?? '';
  details.replaceChildren(...(challenge.details?.fields ?? []).flatMap(detail));
  if (ENDED[challenge.status]) {
    say(ENDED[challenge.status]);
    resend.hidden = true;
    if (challenge.status === 'EXPIRED') offerRestart(challenge, start);
  } else if (shown !== challenge.id) {
    say('We sent a notification to your phone. Approve it to sign in.');
    countDown(0);
    resend.hidden = false;
    if (document.activeElement === restart) resend.focus();
    restart.hidden = true;
  }
  shown = challenge.id;
  // A clock that is wrong lets a person click too early; the gateway then says how long to wait.
  const { availableAt } = challenge.resend;
  if (availableAt) countDown((Date.parse(availableAt) - Date.now()) / 1000);
}

const detail = ({ label, value }) => [
  Object.assign(document.createElement('dt'), { textContent: label }),
  Object.assign(document.createElement('dd'), { textContent: value }),
];

let timer;

/** Lets nobody click for so many seconds. */
export function countDown(seconds) {
  clearTimeout(timer);
  const left = Math.ceil(seconds);
  resend.ariaDisabled = left > 0 ? 'true' : null;
  resend.textContent = left > 0 ? `I didn't get it (${left} s)` : "I didn't get it";
  if (left > 0) timer = setTimeout(countDown, 1000, left - 1);
}

/** This challenge gets no more pushes: offers another one like it. */
export function offerRestart(challenge, start) {
  const hadFocus = document.activeElement === resend;
  resend.hidden = true;
  restart.hidden = !challenge;
  if (hadFocus) restart.focus();
  restart.onclick = () => {
    say('Starting again …');
    start(inputLike(challenge)).catch(() => say('That did not work. Please try again.'));
  };
}

/** An input takes what a challenge has, but no `__typename`. */
const inputLike = ({ factorSid, details }) => ({
  factorSid,
  details: {
    message: details?.message,
    fields: details?.fields.map(({ label, value }) => ({ label, value })),
  },
});
