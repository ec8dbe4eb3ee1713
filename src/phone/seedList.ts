import { SEEDED_CHALLENGES } from '../sandbox/seed.ts';
import type { SeededChallenge } from '../sandbox/seed.ts';
import { byId, element } from './element.ts';

/** Lists the seeded challenges, each with a button that sends its push again. */
export function listSeeds(tryChallenge: (sid: string) => void): void {
  byId('seeds').append(...SEEDED_CHALLENGES.map((seed) => rowOf(seed, tryChallenge)));
}

function rowOf({ sid, outcome, when }: SeededChallenge, tryChallenge: (sid: string) => void): HTMLElement {
  const number = String(Number(sid.slice(2)));
  const button = element('button', {
    type: 'button',
    className: 'small',
    textContent: 'Resend',
    ariaLabel: `Resend seed ${number}: ${outcome}, ${when}`,
  });
  button.addEventListener('click', () => {
    tryChallenge(sid);
    const title = byId('signin-title');
    title.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  });
  const code = element('span', { className: 'seed-number', textContent: number, title: sid });
  const text = [element('strong', { textContent: outcome }), element('span', {}, code, when)];
  return element('li', {}, element('p', { className: 'seed-text' }, ...text), button);
}
