import { SEEDED_CHALLENGES, UPDATE_LIMIT_CHALLENGE_SID } from '../sandbox/seed.ts';
import { byId, isBlocked, setBlocked, setText } from './element.ts';
import type { History } from './history.ts';
import { keepCards } from './keepCards.ts';
import type { Card } from './keepCards.ts';
import { appCard, pushCard, showTtl } from './pushCard.ts';
import { createSandboxClient, readScreen } from './sandboxClient.ts';
import type { PhonePush, Screen } from './screen.ts';
import { timeOfDay } from './timeText.ts';

const POLL_MS = 700;
const TICK_MS = 500;
const SEEDED = new Set([...SEEDED_CHALLENGES.map(({ sid }) => sid), UPDATE_LIMIT_CHALLENGE_SID]);

/** The phone of the sandbox: it reads its screen again and again while the page can be seen. */
export function startPhone(history: History): void {
  const sandbox = createSandboxClient(history);
  const list = byId('pushes');
  let screen: Screen | undefined;
  let readAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const answer = (challengeSid: string, verb: 'approve' | 'deny') => act(sandbox.answer(challengeSid, verb));

  async function act(asked: Promise<void>): Promise<void> {
    await asked;
    await poll();
  }

  async function poll(): Promise<void> {
    clearTimeout(timer);
    try {
      const read = await readScreen();
      announce(read);
      screen = read;
      readAt = performance.now();
      show(read);
      setText(byId('phone-trouble'), '');
    } catch (error) {
      const isRefused = error instanceof Error && !(error instanceof TypeError);
      setText(byId('phone-trouble'), isRefused ? error.message : 'The gateway cannot be reached.');
    }
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(() => void poll(), POLL_MS);
  }

  function announce({ pushes }: Screen): void {
    const [newest] = pushes;
    if (!screen || !newest || screen.pushes.some((push) => nameOf(push) === nameOf(newest))) return;
    setText(
      byId('phone-news'),
      `New push, ${timeOfDay(new Date(newest.sentAt))}: ${newest.challenge?.message ?? ''}`,
    );
  }

  function show({ online, aheadSeconds, pushes, waiting, pending }: Screen): void {
    byId('phone').dataset['online'] = String(online);
    setText(byId('connection'), online ? 'Online' : 'Offline');
    setText(byId('toggle'), online ? 'Go offline' : 'Go online');
    setText(byId('ahead'), aheadSeconds > 0 ? `Clock ${aheadText(aheadSeconds)} ahead` : '');
    const answered = new Set<string>();
    const cards: Card[] = waiting.map((push) => cardOf(push, { isWaiting: true, canAnswer: false }));
    for (const push of pushes) {
      const sid = push.challenge?.sid ?? '';
      cards.push(cardOf(push, { isWaiting: false, canAnswer: !answered.has(sid) }));
      answered.add(sid);
    }
    const unseen = online ? pending.filter(({ sid }) => !answered.has(sid) && !SEEDED.has(sid)) : [];
    for (const challenge of unseen) {
      const make = () => appCard(challenge, { isWaiting: false, canAnswer: true, answer });
      cards.push({ key: `app ${challenge.sid}`, version: challenge.status, make });
    }
    keepCards(list, cards);
    for (const button of list.querySelectorAll('button')) setBlocked(button, !online);
    byId('no-push').hidden = cards.length > 0;
    tick();
  }

  const cardOf = (push: PhonePush, options: { isWaiting: boolean; canAnswer: boolean }): Card => ({
    key: nameOf(push),
    version: [push.challenge?.status, options.isWaiting, options.canAnswer].join(),
    make: () => pushCard(push, { ...options, answer }),
  });

  function tick(): void {
    if (!screen) return;
    const now = Date.parse(screen.now) + performance.now() - readAt;
    setText(byId('phone-time'), timeOfDay(new Date(now)));
    for (const card of list.children) showTtl(card as HTMLElement, now);
  }

  const onTap = (button: HTMLButtonElement, ask: () => Promise<void>) =>
    button.addEventListener('click', () => isBlocked(button) || void act(ask()));
  onTap(byId('toggle'), () => sandbox.setOnline(!screen?.online));
  onTap(byId('reset'), () => sandbox.reset());
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-advance]')) {
    onTap(button, () => sandbox.advance(Number(button.dataset['advance'])));
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : void poll()));
  setInterval(tick, TICK_MS);
  void poll();
}

const nameOf = ({ challenge, notificationSid, sentAt }: PhonePush): string =>
  `${challenge?.sid} ${notificationSid} ${sentAt}`;

function aheadText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest > 0 ? ` ${rest} s` : ''}`;
}
