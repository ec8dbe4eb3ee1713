import { copyText } from './copyText.ts';
import { byId, element, setText } from './element.ts';
import type { Exchange, History } from './history.ts';
import { curlOf, graphqlOf } from './requestText.ts';
import { timeOfDay } from './timeText.ts';

const MAX_ENTRIES = 50;
const COPIED_MS = 1_500;

/** Lists each exchange, the newest first. */
export function listHistory(history: History): void {
  const list = byId('history');
  history.listen((exchange) => {
    list.prepend(entryOf(exchange));
    while (list.children.length > MAX_ENTRIES) list.lastElementChild!.remove();
    byId('no-history').hidden = true;
  });
}

function entryOf(exchange: Exchange): HTMLElement {
  const { source, name, outcome, isFailure } = exchange;
  const head = element(
    'summary',
    {},
    element('span', { className: `source from-${source}`, textContent: source }),
    element('span', { className: 'entry-name', textContent: name }),
    element('span', { className: isFailure ? 'outcome is-failure' : 'outcome', textContent: outcome }),
    element('time', { textContent: timeOfDay(new Date()) }),
  );
  const copies = [copyButton(exchange, 'curl', curlOf)];
  if (exchange.query !== undefined) copies.push(copyButton(exchange, 'GraphQL', graphqlOf));
  return element(
    'li',
    {},
    element(
      'details',
      {},
      head,
      element('p', { className: 'request', textContent: requestLine(exchange) }),
      ...jsonOf('Sent', exchange.variables ?? exchange.body),
      ...jsonOf('Answer', exchange.answer),
    ),
    element('p', { className: 'copies' }, ...copies),
  );
}

function requestLine({ method, url, ms }: Exchange): string {
  return `${method} ${url}${ms === undefined ? '' : `, ${Math.round(ms)} ms`}`;
}

function jsonOf(title: string, json: unknown): HTMLElement[] {
  return [
    element('h3', { textContent: title }),
    element('pre', {
      textContent: JSON.stringify(json, null, 2),
      tabIndex: 0,
      role: 'region',
      ariaLabel: title,
    }),
  ];
}

function copyButton(exchange: Exchange, format: string, textOf: (exchange: Exchange) => string): HTMLElement {
  const text = `Copy ${format}`;
  const label = `${text} of ${exchange.name}`;
  const button = element('button', {
    type: 'button',
    className: 'small',
    textContent: text,
    ariaLabel: label,
  });
  button.addEventListener('click', async () => {
    const copied = await copyText(textOf(exchange));
    setText(
      byId('copied'),
      copied ? `${format} of ${exchange.name} is copied.` : 'This browser does not let pages copy.',
    );
    setText(button, copied ? 'Copied' : 'Not copied');
    setTimeout(() => setText(button, text), COPIED_MS);
  });
  return button;
}
