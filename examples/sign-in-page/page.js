const [question, details, status, resend, restart, back] = [
  'question',
  'details',
  'status',
  'resend',
  'restart',
  'back',
].map((id) => document.getElementById(id));

/** Your back end starts the challenge and passes it to the page. By default it is the first one of the sandbox. */
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

/** The last challenge, the text about it, and the end of the countdown. */
let last;
let told;
let blockedUntil = 0;
let timer;

export const say = (text) => {
  if (status.textContent !== text) status.textContent = text;
};
const sayFailed = () => say('That did not work. Please try again.');

/** Calls `click` for each click on "I didn't get it". During a countdown the button keeps the focus and does nothing. */
export function onResend(click) {
  resend.addEventListener('click', () => {
    if (resend.ariaDisabled === 'true') return;
    say('Sending it again …');
    click().catch(sayFailed);
  });
}

/** Whether a read shows an answer, or the end of the time for one: reading again would tell nothing new. */
export const hasEnded = ({ data }) => data?.challenge?.status in ENDED;

/** Shows the result of a read. `start` starts another challenge like it. */
export function showRead({ data, error }, start) {
  if (data?.challenge || (data && !error)) showChallenge(data.challenge, start);
  else if (error && !told) say('We cannot reach the sign-in. Trying again …');
}

function showChallenge(challenge, start) {
  last = challenge ?? last;
  // The text about a click stays until there is news.
  const isSpent = challenge?.waiting?.nextAction === 'CREATE_CHALLENGE';
  const news = `${challenge?.id} ${challenge?.status} ${isSpent}`;
  if (told !== news) tell(challenge, start);
  // With a wrong clock a person can click too early. The gateway then says how long to wait.
  const availableAt = challenge?.resend.availableAt;
  if (availableAt) countDown((Date.parse(availableAt) - Date.now()) / 1000);
  // No push is left, and the last one had its time.
  if (isSpent && told !== news) {
    say('No further notification can be sent for this sign-in. Please start again.');
    offerRestart(start);
  }
  told = news;
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

/** Disables the button for so many seconds, or for the rest of a longer countdown. */
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

/** Offers another challenge like this one, which gets no more pushes; without a challenge, the way back. */
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

/** The details of a challenge as an input, which takes no `__typename`. */
const inputLike = ({ factorSid, details }) => ({
  factorSid,
  details: {
    message: details?.message,
    fields: details?.fields.map(({ label, value }) => ({ label, value })),
  },
});
