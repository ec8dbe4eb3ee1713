const [question, details, status, resend, restart, back] = [
  'question',
  'details',
  'status',
  'resend',
  'restart',
  'back',
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

/** The last challenge there was, what was said of it, and until when nobody may click. */
let last;
let told;
let blockedUntil = 0;
let timer;

export const say = (text) => {
  if (status.textContent !== text) status.textContent = text;
};
const sayFailed = () => say('That did not work. Please try again.');

/** Calls `click` for each click on "I didn't get it"; a button that counts down keeps the focus and does nothing. */
export function onResend(click) {
  resend.addEventListener('click', () => {
    if (resend.ariaDisabled === 'true') return;
    say('Sending it again …');
    click().catch(sayFailed);
  });
}

/** Shows what any read of the challenge came to. `start` takes what asks for another one like it. */
export function showRead({ data, error }, start) {
  if (data?.challenge || (data && !error)) showChallenge(data.challenge, start);
  else if (error && !told) say('We cannot reach the sign-in. Trying again …');
}

function showChallenge(challenge, start) {
  last = challenge ?? last;
  // What was said of a click stays until there is something new to say.
  const news = `${challenge?.id} ${challenge?.status}`;
  if (told !== news) tell(challenge, start);
  told = news;
  // A clock that is wrong lets a person click too early; the gateway then says how long to wait.
  const availableAt = challenge?.resend.availableAt;
  if (availableAt) countDown((Date.parse(availableAt) - Date.now()) / 1000);
}

function tell(challenge, start) {
  question.textContent = challenge?.details?.message ?? '';
  details.replaceChildren(...(challenge?.details?.fields ?? []).flatMap(detail));
  if (!challenge || challenge.status === 'EXPIRED') {
    say(challenge ? ENDED.EXPIRED : 'There is no such sign-in. Please start again.');
    return offerRestart(start);
  }
  say(ENDED[challenge.status] ?? 'We sent a notification to your phone. Approve it to sign in.');
  resend.hidden = challenge.status in ENDED;
  blockedUntil = 0;
  tick();
  if (document.activeElement === restart) resend.focus();
  restart.hidden = back.hidden = true;
}

const detail = ({ label, value }) => [
  Object.assign(document.createElement('dt'), { textContent: label }),
  Object.assign(document.createElement('dd'), { textContent: value }),
];

/** Lets nobody click for so many seconds, or for longer where that was said before. */
export function countDown(seconds) {
  blockedUntil = Math.max(blockedUntil, Date.now() + seconds * 1000);
  tick();
}

function tick() {
  clearTimeout(timer);
  const left = Math.ceil((blockedUntil - Date.now()) / 1000);
  resend.ariaDisabled = left > 0 ? 'true' : null;
  resend.textContent = left > 0 ? `I didn't get it (${left} s)` : "I didn't get it";
  if (left > 0) timer = setTimeout(tick, 1000);
}

/** This challenge gets no more pushes: offers another one like it, or the way back where there never was one. */
export function offerRestart(start) {
  const hadFocus = document.activeElement === resend;
  resend.hidden = true;
  restart.hidden = !last;
  back.hidden = !restart.hidden;
  if (hadFocus) restart.focus();
  restart.onclick = () => {
    say('Starting again …');
    start(inputLike(last)).catch(sayFailed);
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
